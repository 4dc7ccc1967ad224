/** Version 12 and later, through pgx: it prepares statements and keeps them, the other one, `postgres12`, does not. */
export const PLUGIN = 'postgres12_pgx';

export interface Store {
  /** Of the server's embedded schemas. */
  schema: 'temporal' | 'visibility';
  database: string;
  host: string;
  port: string;
  user: string;
  password: string;
}

/** Temporal's two databases: the one that the URL names, and beside it that of visibility. */
export function storesAt(databaseUrl: string): Store[] {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const name = decodeURIComponent(pathname.slice(1));
  const server = {
    host: hostname,
    port: port || '5432',
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return [
    { schema: 'temporal', database: name, ...server },
    { schema: 'visibility', database: `${name}_visibility`, ...server },
  ];
}
