import { ClipidError } from '../../core/errors.js';

const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const MAX_FLOPS = 1e15;

/**
 * A number of FLOPs as a user writes it: `30G`, `1.5T`, `900M`, `28.2 GFLOPs`, `30000000000`. Throws
 * FIELD_INVALID naming `field` for anything else, and outside 1 to 10^15.
 */
export function parseFlops(text: string, field = 'budget'): number {
  const found = /^\s*(\d{1,16}(?:\.\d{1,9})?)\s*([KMGT]?)(?:FLOPs)?\s*$/i.exec(text);
  const flops = Number(found?.[1]) * (FACTORS[found?.[2]?.toUpperCase() ?? ''] ?? NaN);
  if (flops >= 1 && flops <= MAX_FLOPS) return Math.round(flops);
  const problem = `"${text.slice(0, 40)}" must be a number of FLOPs up to 1000T, as in 30G or 900M.`;
  throw new ClipidError('FIELD_INVALID', `${field}: ${problem}`, { field });
}

/** `28.21 G`: FLOPs, multiply-adds or parameters with two decimals. */
export function inThousands(count: number): string {
  for (const [prefix, factor] of Object.entries(FACTORS).reverse()) {
    if (count >= factor && factor > 1) return `${(count / factor).toFixed(2)} ${prefix}`;
  }
  return String(count);
}

/** `479.08 MB`, of 10^6 bytes. */
export function inBytes(bytes: number): string {
  return `${inThousands(bytes)}${bytes < 1e3 ? ' ' : ''}B`.replace('KB', 'kB');
}
