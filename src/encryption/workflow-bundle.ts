import type { Encryption } from './encryption.ts';

/** Beside the bundle that a file name says lies another, whose runs encrypt the failures that they make themselves. */
export const encryptingBundle = (file: string): string => file.replace(/(\.js)?$/, '.encrypting.js');

/** Which of the two a worker runs: what is bundled can't be switched on or off any more. */
export const bundleFor = (encryption: Encryption | undefined, file: string): string =>
  encryption?.failureConverterPath ? encryptingBundle(file) : file;
