import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Field, Layer } from '../../src/api/types'
import * as format from '../../src/format'
import { lang, say } from '../../src/i18n'
import { strings } from '../../src/i18n/strings'
import { attributesOf, titleOf } from '../../src/state/attributes'

afterEach(() => { lang.value = 'zh' })

test('no word is kept that nobody says', () => {
  const root = resolve(import.meta.dirname, '../../src')
  const code = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(ts|vue)$/.test(f) && !f.endsWith('strings.ts'))
    .map((f) => readFileSync(resolve(root, f), 'utf8')).join('\n')
  expect(Object.keys(strings).filter((key) => !code.includes(`'${key}'`))).toEqual([])
})

const holes = (text: string) => [...text.matchAll(/\{\d\}/g)].map((m) => m[0]).sort()

test.each(Object.entries(strings))('%s is worded in both languages with the same values', (_, [zh, en]) => {
  expect(zh).not.toBe('')
  expect(en).not.toBe('')
  expect(holes(zh)).toEqual(holes(en))
})

test('what the server says falls back to its other wording', () => {
  expect(say({ zh: '', en: 'only' })).toBe('only')
  lang.value = 'en'
  expect(say({ zh: '只有', en: '' })).toBe('只有')
  expect(say(null)).toBe('')
})

test('numbers carry their unit and no false digits', () => {
  expect(format.minutes(6.44)).toBe('6.4 分钟')
  expect(format.minutes(10.04)).toBe('10.0 分钟')
  expect(format.metres(3.21)).toBe('3.2 m')
  expect(format.metres(0)).toBe('0 m')
  expect(format.metres(842.4)).toBe('842 m')
  expect(format.metres(1549)).toBe('1.5 km')
  expect(format.squareMetres(413_000)).toBe('41.3 ha')
  expect(format.percent(77.98)).toBe('78.0 %')
  expect(format.quantity(1996, '', 'integer')).toBe('1996')
  expect(format.quantity(12_345, '', 'integer')).toBe('12,345')
  expect(format.quantity(0.12345, 'MPa')).toBe('0.123 MPa')
})

test('a share that is not whole is never shown as whole, nor one above nothing as nothing', () => {
  expect(format.percent(100)).toBe('100 %')
  expect(format.percent(99.97)).toBe('> 99.9 %')
  expect(format.percent(0)).toBe('0 %')
  expect(format.percent(0.02)).toBe('< 0.1 %')
})

const fields: Field[] = [
  { name: 'name', type: 'text', title: { zh: '名称', en: 'Name' } },
  { name: 'use', type: 'text', title: { zh: '用途', en: 'Use' }, codes: [{ value: 'school', title: { zh: '学校', en: 'School' } }] },
  { name: 'floors', type: 'integer', title: { zh: '层数', en: 'Floors' } },
  { name: 'height_m', type: 'real', unit: 'm', title: { zh: '高度', en: 'Height' } },
  { name: 'lift', type: 'boolean', title: { zh: '电梯', en: 'Lift' } },
]

test('attributes are read with titles, units and words; a height from floors says so; the unknown is unknown', () => {
  const a = attributesOf(fields, { use: 'school', floors: 6, lift: false })
  expect(a.known.map((k) => [k.name, k.text])).toEqual([['use', '学校'], ['floors', '6'], ['height_m', '18 m'], ['lift', '否']])
  expect(a.known.find((k) => k.name === 'height_m')?.estimated).toBe('由层数 ×3 m 推算')
  expect(a.unknown.map((f) => f.name)).toEqual(['name'])
  expect(attributesOf(fields, { floors: 6, height_m: 20 }).known.find((k) => k.name === 'height_m')?.estimated).toBeUndefined()
})

test('a feature without a name is called by what it is', () => {
  const layer = { name: 'buildings', title: { zh: '建筑', en: 'Buildings' }, fields, run: null } as unknown as Layer
  expect(titleOf(layer, { name: '实验小学', use: 'school' }, 'w1')).toBe('实验小学')
  expect(titleOf(layer, { use: 'school' }, 'w1')).toBe('学校')
  expect(titleOf(layer, {}, 'w1')).toBe('建筑 w1')
  const area = { name: 'walk_area_5', title: { zh: '健身圈 · 5分钟范围', en: '' }, fields: [], run: 'walk' } as unknown as Layer
  expect(titleOf(area, {}, '5:1')).toBe('5分钟范围')
})
