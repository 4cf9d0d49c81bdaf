import { onTestFinished } from 'vitest';
import { openStore, type OpenStore } from '../../../services/gallery/store/open-store.js';
import type { TemplateChange } from '../../../services/gallery/port.js';
import { NO_ANNOUNCER } from '../../../services/identify/ports-in.js';
import { ClipEvents } from '../../../services/identify/clip-events.js';
import { ClipCatalog } from '../../../services/identify/clip-catalog.js';
import { GalleryAdmin } from '../../../services/identify/gallery-admin.js';
import { GalleryRules, type BundleCalibration } from '../../../services/identify/rules.js';
import { IdentityAdmin } from '../../../services/identify/identity-admin.js';
import { freshFolder } from '../gallery/store/folder.js';

/** Remembers what it was told. */
export class IndexesSpy {
  readonly dropped: string[] = [];
  readonly applied: [galleryId: string, change: TemplateChange][] = [];

  drop(galleryId: string): Promise<void> {
    this.dropped.push(galleryId);
    return Promise.resolve();
  }

  apply(galleryId: string, change: TemplateChange): Promise<void> {
    this.applied.push([galleryId, change]);
    return Promise.resolve();
  }
}

export interface Admins {
  readonly store: OpenStore;
  readonly indexes: IndexesSpy;
  readonly events: ClipEvents;
  readonly galleries: GalleryAdmin;
  readonly identities: IdentityAdmin;
  readonly clips: ClipCatalog;
}

/** The three services over a real store; time counts up by one with every look at it. */
export function makeAdmins(
  maxQueued?: number,
  calibration: BundleCalibration = { matched: 0.8, uncertain: 0.6 },
): Admins {
  const store = openStore(freshFolder());
  onTestFinished(() => store.close());
  let time = 1000;
  const shared = { store, indexes: new IndexesSpy(), events: new ClipEvents(), now: () => time++ };
  const bundle = { bundleId: 'b1', dimension: 8 };
  return {
    ...shared,
    galleries: new GalleryAdmin({ ...shared, bundle, rules: new GalleryRules(store, calibration) }),
    identities: new IdentityAdmin(shared),
    clips: new ClipCatalog({
      ...shared,
      announcer: NO_ANNOUNCER,
      ...(maxQueued === undefined ? {} : { maxQueued }),
    }),
  };
}
