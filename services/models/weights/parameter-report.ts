const SHOWN = 20;
const SHOWN_LETTERS = 200;

export interface Misshaped {
  readonly name: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
}

/** How a network and a weights file differ. */
export interface ParameterReport {
  /** As the network names them. */
  readonly missing: readonly string[];
  readonly misshaped: readonly Misshaped[];
  /** With a value that is NaN or infinite. */
  readonly notFinite: readonly string[];
  /** As the file names them. */
  readonly extra: readonly string[];
}

export function hasProblem({ missing, misshaped, notFinite, extra }: ParameterReport): boolean {
  return missing.length + misshaped.length + notFinite.length + extra.length > 0;
}

/** Every kind of difference with its count and its first names, in one line. */
export function summary({ missing, misshaped, notFinite, extra }: ParameterReport): string {
  return [
    part('missing from the file', missing),
    part('of other dims', misshaped.map(dimsText)),
    part('not finite', notFinite),
    part('in the file alone', extra),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function part(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, SHOWN).map((name) => name.slice(0, SHOWN_LETTERS));
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
  return `${names.length} ${what} (${shown.join(', ')}${more})`;
}

function dimsText({ name, expected, found }: Misshaped): string {
  return `${name.slice(0, SHOWN_LETTERS)}: [${found.join(', ')}] instead of [${expected.join(', ')}]`;
}
