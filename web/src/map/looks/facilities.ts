// Facilities: one badge per group of kinds. The venues of the analysis on show stand
// out in ink; all others are quiet.
import type { FilterSpecification } from 'maplibre-gl'
import { byZoom, fonts, isPolygon, type Look, z } from './look'

/** The groups of the facility codes, in the order a reader would look for them. */
export const groups = [
  'sport', 'care', 'education', 'health', 'culture', 'commerce', 'service', 'transport', 'rescue', 'shelter',
] as const

export type Group = (typeof groups)[number] | 'other'

const category = ['to-string', ['get', 'category']]

/** True for features whose category is one of the codes or below one of them. */
export function inCategories(categories: string[]): unknown {
  if (!categories.length) return ['literal', false]
  return ['any', ...categories.map((c) => ['any',
    ['==', category, c],
    ['==', ['slice', category, 0, c.length + 1], c + '/'],
  ])]
}

function group(): unknown {
  const cut = ['index-of', '/', category]
  return ['case', ['>', cut, 0], ['slice', category, 0, cut], category]
}

export function facilitiesLook(inUse: string[]): Look {
  const used = inCategories(inUse)
  const badge = ['match', group(), [...groups], group(), 'other']
  return {
    on: true,
    parts: [
      {
        id: 'ground', z: z.building, type: 'fill', filter: isPolygon,
        paint: { 'fill-color': ['case', used, '#f6e6bb', '#e3ddd0'] }, opacity: 0.85,
      },
      {
        id: 'others', z: z.venue, type: 'symbol', minzoom: 14.5, once: true,
        filter: ['!', used] as unknown as FilterSpecification,
        layout: {
          'icon-image': ['concat', 'place-', badge],
          'icon-size': byZoom(14.5, 0.4, 16, 0.65, 19, 1),
          'icon-padding': 1,
          'icon-allow-overlap': ['step', ['zoom'], false, 17, true],
          'text-field': ['step', ['zoom'], '', 16, ['coalesce', ['get', 'name'], '']],
          'text-font': fonts, 'text-size': 10.5, 'text-offset': [0, 1.1], 'text-anchor': 'top',
          'text-optional': true, 'text-max-width': 8,
        },
        paint: { 'text-color': '#6b6255', 'text-halo-color': 'rgba(246, 243, 237, 0.92)', 'text-halo-width': 1.3 },
      },
      {
        id: 'venues', z: z.venue + 1, type: 'symbol', once: true,
        filter: used as FilterSpecification,
        layout: {
          'icon-image': ['concat', 'venue-', badge],
          'icon-size': byZoom(10, 0.3, 13, 0.5, 15.5, 0.85, 18, 1.15),
          'icon-allow-overlap': true,
          'text-field': ['step', ['zoom'], '', 14.5, ['coalesce', ['get', 'name'], '']],
          'text-font': fonts, 'text-size': 12, 'text-offset': [0, 1.2], 'text-anchor': 'top',
          'text-optional': true, 'text-max-width': 8,
        },
        paint: { 'text-color': '#1c1a17', 'text-halo-color': 'rgba(250, 248, 244, 0.95)', 'text-halo-width': 1.6 },
      },
    ],
    legend: [
      { mark: 'icon', icon: 'venue-sport', label: 'venueInUse' },
      { mark: 'icon', icon: 'place-commerce', label: 'otherFacility' },
    ],
  }
}
