import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** Files in PEM. */
  certificate: string;
  key: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = ['-days', '2'];

/** An authority for tests, and what it issues, made by openssl. */
export class Authority {
  readonly #dir = mkdtempSync(join(tmpdir(), 'test-authority-'));
  readonly #own = this.#files('authority');
  /** What those who trust it are given. */
  readonly certificate = this.#own.certificate;

  constructor() {
    const isAuthority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    const [subject, out] = [
      ['-subj', '/CN=test authority'],
      ['-keyout', this.#own.key, '-out', this.#own.certificate],
    ];
    openssl('req', '-x509', ...KEY, ...DAYS, ...subject, ...out, ...isAuthority);
  }

  /** @param names as in a certificate's alternative names: DNS:localhost, IP:127.0.0.1 */
  issue(commonName: string, names = `DNS:${commonName}`): Certificate {
    const issued = this.#files(commonName);
    const [request, extensions] = [join(this.#dir, `${commonName}.csr`), join(this.#dir, `${commonName}.ext`)];
    writeFileSync(extensions, `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
    openssl('req', ...KEY, '-subj', `/CN=${commonName}`, '-keyout', issued.key, '-out', request);
    const by = ['-CA', this.#own.certificate, '-CAkey', this.#own.key, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...by, ...DAYS, '-extfile', extensions, '-out', issued.certificate);
    return issued;
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true });
  }

  #files(name: string): Certificate {
    return { certificate: join(this.#dir, `${name}.crt`), key: join(this.#dir, `${name}.key`) };
  }
}

export const pemOf = ({ certificate, key }: Certificate) => ({
  cert: readFileSync(certificate),
  key: readFileSync(key),
});

/** It tells its progress on stderr. */
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
