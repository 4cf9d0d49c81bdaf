import Table from 'cli-table3';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows under a heading as aligned text, without colours or frames: it reads well and greps well. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = new Table({
    head: [...heading],
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) text.push([...row]);
  return text
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `3.25 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** Two decimals, or a dash for what is not there. What rounds to zero has no sign. */
export function decimals(value: number | null, digits = 2): string {
  return value === null ? '-' : value.toFixed(digits).replace(/^-(?=0\.?0*$)/, '');
}
