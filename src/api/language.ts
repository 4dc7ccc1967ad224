import type { Request } from 'express';
import { LANGUAGES } from './messages/catalogue.ts';

/** Any Chinese that is not asked for in Traditional script is answered in Simplified. */
const SIMPLIFIED = new Set(['zh', 'zh-cn', 'zh-hans', 'zh-sg', 'zh-hans-cn']);

/** The best language for `Accept-Language`. Source: RFC 9110, 12.5.4. */
export function languageOf(request: Request): string {
  for (const wanted of request.acceptsLanguages()) {
    if (SIMPLIFIED.has(wanted.toLowerCase())) return 'zh-CN';
    const match = LANGUAGES.find((language) => language.split('-')[0] === wanted.toLowerCase().split('-')[0]);
    if (match && match !== 'zh-CN') return match;
  }
  return LANGUAGES[0] as string;
}
