import { ExactIndexFactory } from '../../services/gallery/index/exact-index.js';
import { HnswIndexFactory } from '../../services/gallery/index/hnsw-index.js';
import { indexContract } from './index-adapters.js';

indexContract('exact', new ExactIndexFactory(), 1);
indexContract('HNSW', new HnswIndexFactory(), 0.98);
