import type { Request } from 'express';
import { LANGUAGES } from './messages/catalogue.ts';

/** The best language for `Accept-Language`. Source: RFC 9110, 12.5.4. */
export function languageOf(request: Request): string {
  for (const wanted of request.acceptsLanguages()) {
    const language = primary(wanted) === 'zh' ? chinese(wanted) : sameLanguage(wanted);
    if (language) return language;
  }
  return LANGUAGES[0] as string;
}

const sameLanguage = (wanted: string): string | undefined =>
  LANGUAGES.find((language) => primary(language) === primary(wanted));

const primary = (tag: string): string | undefined => tag.toLowerCase().split('-')[0];

/** Simplified, unless Traditional is asked for: by its script, or by a region that writes it. */
const chinese = (wanted: string): string | undefined =>
  /-hans\b/i.test(wanted) || !/-(hant|tw|hk|mo)\b/i.test(wanted) ? 'zh-CN' : undefined;
