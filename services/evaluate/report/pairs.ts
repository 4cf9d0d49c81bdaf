import type { NamedPair, NamedSide, NamedSubject } from '../result.js';
import { escaped } from './svg.js';
import type { Thumbnails } from './thumbnails.js';

/** The hardest pairs of a subject; faces only where there are thumbnails. */
export function pairsHtml({ name, subject }: NamedSubject, thumbnails: Thumbnails): string {
  const { missed, mistaken, surest } = subject.pairs;
  const rows = [
    row('One person, least alike', missed, thumbnails),
    row('Two people, most alike', mistaken, thumbnails),
    row('One person, most alike', surest, thumbnails),
  ];
  return `<section class="pairs"><h3>${escaped(name)}</h3>${rows.join('')}</section>`;
}

function row(title: string, pairs: readonly NamedPair[], thumbnails: Thumbnails): string {
  if (pairs.length === 0) return '';
  const figures = pairs.map((pair) => figure(pair, thumbnails));
  return `<h4>${title}</h4><div class="row">${figures.join('')}</div>`;
}

function figure({ similarity, a, b }: NamedPair, thumbnails: Thumbnails): string {
  const sides = [a, b].map((side) => picture(side, thumbnails)).join('');
  const names = [a, b].map(({ name }) => `<span>${escaped(name)}</span>`).join('');
  return `<figure>${sides}<figcaption><b>${similarity.toFixed(3)}</b>${names}</figcaption></figure>`;
}

function picture({ picture: file, name }: NamedSide, thumbnails: Thumbnails): string {
  const source = file === null ? undefined : thumbnails.get(file);
  return source === undefined ? '' : `<img src="${source}" alt="${escaped(name)}">`;
}
