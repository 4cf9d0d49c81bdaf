import type { GalleryRow } from '../gallery/port.js';
import * as pb from '../gen/clipid/v1/search.js';
import type { SearchFacesRequest, SearchFacesResponse } from '../gen/clipid/v1/search_service.js';
import type {
  AskedRule,
  DecisionRule,
  Probe,
  ProbeFace,
  SearchedFace,
  SearchRequest,
  SearchResult,
} from '../identify/port.js';
import {
  toAppearance,
  toEstimate,
  toFace,
  toMatch,
  toReason,
  toSegment,
} from '../wire/appearance.js';
import {
  checkCount,
  checkEmbedding,
  checkId,
  checkImage,
  checkPresent,
  checkRange,
  checkTargets,
  checkUri,
} from '../wire/validate.js';

const DEFAULT_MATCHES = 5;
const MAX_MATCHES = 100;
const DEFAULT_APPEARANCES = 20;
const MAX_APPEARANCES = 1000;

type GalleryOf = (galleryId: string) => Pick<GalleryRow, 'dimension'>;

/** `galleryOf` is asked only for an embedding: how long it must be is the gallery's to say. */
function fromProbe(request: SearchFacesRequest, galleryOf: GalleryOf): Probe {
  const probe = checkPresent(request.probe, 'probe');
  switch (probe.$case) {
    case 'image':
      return { kind: 'image', bytes: checkImage(probe.image, 'image') };
    case 'uri':
      return { kind: 'uri', uri: checkUri(probe.uri, 'uri') };
    case 'embedding': {
      const { dimension } = galleryOf(request.galleryId);
      const vector = checkEmbedding(probe.embedding.values, dimension, 'embedding.values');
      return { kind: 'embedding', vector };
    }
    case 'templateId':
      return { kind: 'template', templateId: checkId(probe.templateId, 'template_id') };
    case 'identityId':
      return { kind: 'identity', identityId: checkId(probe.identityId, 'identity_id') };
  }
}

/** What the request itself says of MATCHED. */
function fromAskedRule(request: SearchFacesRequest): AskedRule {
  const targets = checkTargets(request);
  const { threshold } = request;
  if (threshold === undefined) return targets;
  checkRange(threshold, 'threshold', [-1, 1], 'of cosine similarity');
  return { ...targets, threshold };
}

/** Throws FIELD_INVALID, LIMIT_EXCEEDED, and what `galleryOf` throws. */
export function fromSearchFaces(request: SearchFacesRequest, galleryOf: GalleryOf): SearchRequest {
  const { maxMatches, maxAppearances } = request;
  return {
    galleryId: checkId(request.galleryId, 'gallery_id'),
    probe: fromProbe(request, galleryOf),
    maxMatches: checkCount(maxMatches, 'max_matches', DEFAULT_MATCHES, MAX_MATCHES),
    maxAppearances: checkCount(
      maxAppearances,
      'max_appearances',
      DEFAULT_APPEARANCES,
      MAX_APPEARANCES,
    ),
    ...fromAskedRule(request),
  };
}

function toProbeFace(face: ProbeFace, withFaces: boolean): pb.ProbeFace {
  return {
    trackIndex: face.trackIndex,
    segment: toSegment(face.startMs, face.endMs),
    box: face.box ?? undefined,
    faces: withFaces ? face.faces.map(toFace) : [],
  };
}

function toSearchedFace(searched: SearchedFace, withFaces: boolean): pb.SearchedFace {
  return {
    face: toProbeFace(searched.face, withFaces),
    matches: searched.matches.map(toMatch),
    appearances: searched.appearances.map(({ appearance, similarity, estimatedFpr }) => ({
      appearance: toAppearance(appearance, withFaces),
      similarity,
      estimatedFpr: toEstimate(estimatedFpr),
    })),
  };
}

function toRule(rule: DecisionRule): pb.DecisionRule {
  return {
    matchedSimilarity: rule.matched,
    uncertainSimilarity: rule.uncertain,
    targetFpr: rule.targets?.matched,
    uncertainFpr: rule.targets?.uncertain,
    comparisons: rule.comparisons,
    curveSource: pb.CurveSource[`CURVE_SOURCE_${rule.curveSource ?? 'UNSPECIFIED'}`],
  };
}

export function toSearchFacesResponse(
  result: SearchResult,
  withFaces: boolean,
): SearchFacesResponse {
  return {
    searchedFaces: result.searched.map((searched) => toSearchedFace(searched, withFaces)),
    unsearchedFaces: result.unsearched.map(({ face, reasons }) => ({
      face: face === null ? undefined : toProbeFace(face, withFaces),
      reasons: reasons.map(toReason),
    })),
    bundleId: result.bundleId,
    rule: toRule(result.rule),
  };
}
