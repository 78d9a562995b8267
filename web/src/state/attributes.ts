// Attributes as people read them: titles and units from the schema, codes in words,
// unknown ones named as unknown.
import categories from 'virtual:categories'
import type { Field, Layer } from '../api/types'
import * as format from '../format'
import { lang, say, t } from '../i18n'

export interface Attribute {
  name: string
  title: string
  text: string
  estimated?: string
}

export interface Attributes {
  known: Attribute[]
  unknown: Field[]
}

export function valueText(field: Field, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value === 'number') return format.quantity(value, field.unit ?? '', field.type)
  const text = String(value)
  // Several codes in one text, each with its own words.
  const several = text.split(' ')
  if (several.length > 1 && several.every((v) => field.codes?.some((c) => c.value === v))) {
    return several.map((v) => valueText(field, v)).join(lang.value === 'zh' ? '、' : ', ')
  }
  const title = field.codes?.find((c) => c.value === text)?.title ?? (field.name === 'category' ? categories[text] : null)
  return say(title) || text
}

const present = (v: unknown) => v !== null && v !== undefined && v !== ''

export function attributesOf(fields: Field[], properties: Record<string, unknown>): Attributes {
  const out: Attributes = { known: [], unknown: [] }
  for (const field of fields) {
    const value = properties[field.name]
    if (present(value)) {
      out.known.push({ name: field.name, title: say(field.title) || field.name, text: valueText(field, value) })
    } else if (field.name === 'height_m' && typeof properties.floors === 'number') {
      out.known.push({
        name: field.name, title: say(field.title), text: format.quantity(properties.floors * 3, 'm'), estimated: t('heightFromFloors'),
      })
    } else {
      out.unknown.push(field)
    }
  }
  return out
}

/** What to call a feature in a list, where several may be without a name. */
export function distinctTitleOf(layer: Layer, properties: Record<string, unknown>, id: string): string {
  const title = titleOf(layer, properties, id)
  return title === properties.name || title.endsWith(id) ? title : `${title} ${id}`
}

/** What to call a feature: its name, else what it is, else its layer and id. */
export function titleOf(layer: Layer, properties: Record<string, unknown>, id: string): string {
  if (typeof properties.name === 'string' && properties.name) return properties.name
  for (const key of ['use', 'class', 'kind', 'category', 'network', 'species']) {
    const value = properties[key]
    const field = layer.fields?.find((f) => f.name === key)
    if (present(value) && field) return valueText(field, value)
  }
  // A part of a result has no name of its own; its layer says what it is.
  return layer.run ? say(layer.title).split(' · ').pop()! : `${say(layer.title)} ${id}`
}
