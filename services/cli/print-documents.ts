import { estimateText, type EstimateJson } from './estimate.js';
import { table } from './table.js';
import type { Terminal } from './terminal.js';

/** A document of --json, flat but for estimates. */
export type Document = Readonly<Record<string, string | number | EstimateJson | null>>;

/** One JSON document a line, or a table with the documents' fields as its columns. */
export function printDocuments(
  terminal: Terminal,
  documents: readonly Document[],
  json: boolean | undefined,
  whenEmpty: string,
): void {
  if (json === true) for (const document of documents) terminal.result(JSON.stringify(document));
  else if (documents.length === 0) terminal.note(whenEmpty);
  else terminal.result(table(Object.keys(documents[0] ?? {}), documents.map(cells)));
}

function cells(document: Document): string[] {
  return Object.values(document).map((value) =>
    typeof value === 'object' ? estimateText(value) : String(value),
  );
}
