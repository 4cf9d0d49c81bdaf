import type { Config } from '../config.js';
import { ClipExtractor } from '../extract/clip-extractor.js';
import { linkRulesFor } from '../extract/link.js';
import { Arrivals } from '../identify/arrivals.js';
import { ClipCatalog } from '../identify/clip-catalog.js';
import { ClipEvents } from '../identify/clip-events.js';
import { Enroller } from '../identify/enroller.js';
import { GalleryAdmin } from '../identify/gallery-admin.js';
import { GalleryTurns } from '../identify/gallery-turns.js';
import { Identifier } from '../identify/identifier.js';
import { IdentityAdmin } from '../identify/identity-admin.js';
import type { Application, IdentityService } from '../identify/port.js';
import type { Announcer } from '../identify/ports-in.js';
import { GalleryRules } from '../identify/rules.js';
import { Renamer } from '../identify/renamer.js';
import { Searcher } from '../identify/searcher.js';
import { leastSpanOf } from '../models/manifest.js';
import type { Metrics } from '../ops/port.js';
import { postprocessOf } from '../vision/postprocess.js';
import { makeCalibrations } from './calibrations.js';
import type { Capabilities, ExtractCapabilities } from './capabilities.js';
import { timedIndexes } from './timed-indexes.js';

/** The two stages and the services around them, over the capabilities of a process. */
export interface Parts {
  readonly application: Application;
  readonly extractor: ClipExtractor;
  readonly identifier: Identifier;
  /** For clips whose first stage was done elsewhere. */
  readonly arrivals: Arrivals;
  readonly events: ClipEvents;
}

export function makeApplication(
  config: Config,
  capabilities: Capabilities,
  metrics: Metrics,
  announcer: Announcer,
): Parts {
  const { store, vision, bundle } = capabilities;
  const now = Date.now;
  const thresholds = bundle.manifest.calibration;
  const { bundleId, dimension, qualityKind } = vision;
  const indexes = timedIndexes(capabilities.indexes, metrics);
  const extractor = makeExtractor(config, capabilities);
  const events = new ClipEvents();
  const identities = new IdentityAdmin({ store, indexes, now });
  const turns = new GalleryTurns();
  const rules = new GalleryRules(store, bundle.manifest.calibration);
  const renamer = new Renamer(store, indexes, rules);
  const enroller = new Enroller({
    bundleId,
    qualityKind,
    store,
    indexes,
    extractor,
    renamer,
    turns,
    rules,
    thresholds,
    ensureIdentity: (request) => identities.ensure(request),
    now,
  });
  const application: Application = {
    bundleId,
    galleries: new GalleryAdmin({
      store,
      bundle: { bundleId, dimension },
      indexes: capabilities.indexes,
      rules,
      events,
      now,
    }),
    clips: new ClipCatalog({
      store,
      indexes,
      events,
      announcer,
      now,
      framesPerSecond: config.framesPerSecond,
    }),
    calibrations: makeCalibrations(capabilities, bundleId, indexes, rules),
    identities: withEnrolment(identities, enroller),
    search: new Searcher({ bundleId, dimension, store, indexes, extractor, rules }),
  };
  const identifier = new Identifier({
    store,
    indexes,
    renamer,
    turns,
    rules,
    thresholds,
    announcer,
    now,
  });
  const arrivals = new Arrivals({ store, identifier, announcer, now });
  return { application, extractor, events, identifier, arrivals };
}

export function makeExtractor(
  config: Config,
  { bundle, video, vision, temporaryFolder }: ExtractCapabilities,
): ClipExtractor {
  const { manifest } = bundle;
  return new ClipExtractor(
    {
      fetcher: video.fetcher,
      decoder: video.decoder,
      vision,
      aggregation: {
        kind: manifest.aggregation.kind,
        leastSpan: leastSpanOf(manifest),
        postprocess: postprocessOf(manifest),
      },
      linkRules: linkRulesFor(manifest.calibration),
      longSidePx: config.longSidePx,
    },
    { framesPerSecond: config.framesPerSecond },
    temporaryFolder,
  );
}

function withEnrolment(admin: IdentityAdmin, enroller: Enroller): IdentityService {
  return {
    create: (row) => admin.create(row),
    get: (galleryId, identityId) => admin.get(galleryId, identityId),
    list: (galleryId, page) => admin.list(galleryId, page),
    update: (galleryId, identityId, change, revision) =>
      admin.update(galleryId, identityId, change, revision),
    delete: (galleryId, identityId) => admin.delete(galleryId, identityId),
    appearances: (galleryId, identityId, page) => admin.appearances(galleryId, identityId, page),
    enrol: (request, signal) => enroller.enrol(request, signal),
  };
}
