import { hash, randomBytes } from 'node:crypto';

const PREFIX = 'dok_';
const KEY = /^dok_[A-Za-z0-9_-]{43}$/;

/** 256 random bits. The prefix tells a key from a token, and lets scanners for secrets find one. */
export const newKey = (): string => PREFIX + randomBytes(32).toString('base64url');

export const isKey = (text: string): boolean => KEY.test(text);

/**
 * SHA-256, 64 hexadecimal digits. A slow hash makes guessing passwords dear; 256 random bits can't be guessed, and a slow
 * hash would be paid for by every request.
 */
export const hashOf = (key: string): string => hash('sha256', key, 'hex');
