import type { SearchServiceServer } from '../gen/clipid/v1/search_service.js';
import type { Application } from '../identify/port.js';
import { wantsFaces } from '../wire/appearance.js';
import { fromSearchFaces, toSearchFacesResponse } from './map-search.js';
import type { Unary } from './unary.js';

/** clipid.v1.SearchService on the application. */
export function searchHandlers(
  { search, galleries }: Application,
  unary: Unary,
): SearchServiceServer {
  return {
    searchFaces: unary(async (request, signal) => {
      const withFaces = wantsFaces(request.view);
      const asked = fromSearchFaces(request, (galleryId) => galleries.get(galleryId));
      return toSearchFacesResponse(await search.search(asked, signal), withFaces);
    }),
  };
}
