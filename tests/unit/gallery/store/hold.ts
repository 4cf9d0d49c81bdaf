/** A program that holds a data folder until it is killed: `hold.ts <folder> [address]`. */
import { openStore } from '../../../../services/gallery/store/open-store.js';
import { galleryRow } from '../../../contract/store-rows.js';

const [folder = '', address] = process.argv.slice(2);
const store = openStore(folder, 'serve');
if (store.gallery('g') === undefined) store.insertGallery(galleryRow());
if (address !== undefined) store.announce(address);
process.stdout.write('held\n');
// A store that nothing refers to any more is collected, and its lock goes with it.
setInterval(() => store.gallery('g'), 1000);
