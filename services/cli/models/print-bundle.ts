import type { LoadedBundle } from '../../models/load.js';
import { qualityKindOf, untrainedParts } from '../../models/manifest.js';
import { type Document, printDocuments } from '../print-documents.js';
import type { Terminal } from '../terminal.js';

/** Bundles by what tells them apart; one document each with --json. */
export function printBundles(
  terminal: Terminal,
  bundles: readonly LoadedBundle[],
  json: boolean | undefined,
): void {
  printDocuments(terminal, bundles.map(document), json, 'There is no bundle.');
  for (const { manifest } of bundles) {
    if (manifest.notice !== undefined) terminal.note(`${manifest.name}: ${manifest.notice}`);
  }
}

function document({ bundleId, folder, manifest }: LoadedBundle): Document {
  const untrained = untrainedParts(manifest);
  return {
    bundleId,
    detector: manifest.detector.family,
    embedder: manifest.embedder.origin,
    dimension: manifest.embedder.dimension,
    quality: qualityKindOf(manifest),
    untrained: untrained.length === 0 ? null : untrained.join(', '),
    folder,
  };
}
