import { describe, expect, test } from 'vitest'
import { colour, difference, fails, fromHex, ground, levels, operatorColours, scale, weak } from '../../src/map/palette'

type RGB = [number, number, number]
const rgb = (hex: string): RGB => [0, 1, 2].map((i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255) as RGB
const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
const gamma = (c: number) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055)
const toHex = (v: RGB) => '#' + v.map((c) => Math.round(255 * gamma(Math.min(1, Math.max(0, c)))).toString(16).padStart(2, '0')).join('')

// How the three kinds of dichromats see linear RGB (Machado, Oliveira, Fernandes 2009, severity 1).
const blindness: Record<string, number[][]> = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
function seen(hex: string, by: string): string {
  const v = rgb(hex).map(linear)
  return toHex(blindness[by].map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as RGB)
}

describe('the sequential scale', () => {
  test('has steps that look equal', () => {
    const steps = scale.slice(1).map((c, i) => difference(fromHex(scale[i]), fromHex(c)))
    const mean = steps.reduce((a, b) => a + b) / steps.length
    for (const s of steps) expect(Math.abs(s - mean) / mean).toBeLessThan(0.15) // #rrggbb rounds
  })

  for (const eyes of Object.keys(blindness)) {
    test(`only gets lighter, and its classes stay apart: ${eyes}`, () => {
      const labs = scale.map((c) => fromHex(seen(c, eyes)))
      for (let i = 1; i < labs.length; i++) expect(labs[i][0]).toBeGreaterThan(labs[i - 1][0])
      // A fifth of the scale apart is a class of a legend: never to be mistaken.
      const fifth = Math.round((labs.length - 1) / 5)
      for (let i = 0; i + fifth < labs.length; i++) expect(difference(labs[i], labs[i + fifth])).toBeGreaterThan(0.08)
      // And its far end does not sink into the ground.
      expect(difference(labs[labs.length - 1], fromHex(seen(ground, eyes)))).toBeGreaterThan(0.1)
    })
  }

  test('colour takes the ends for what lies beyond them', () => {
    expect(colour(-3, 15)).toBe(scale[0])
    expect(colour(15, 15)).toBe(scale[scale.length - 1])
    expect(colour(99, 15)).toBe(scale[scale.length - 1])
    expect(colour(5, 0)).toBe(scale[0])
  })
})

describe('the scale of levels', () => {
  for (const eyes of Object.keys(blindness)) {
    test.each([3, 5, 6])(`only gets lighter, and its %i classes stay apart: ${eyes}`, (count) => {
      const labs = levels(count).map((c) => fromHex(seen(c, eyes)))
      expect(labs.length).toBe(count)
      for (let i = 1; i < labs.length; i++) {
        expect(labs[i][0]).toBeGreaterThan(labs[i - 1][0])
        expect(difference(labs[i - 1], labs[i])).toBeGreaterThan(0.05)
      }
    })

    test(`what fails and what is weak stand off it: ${eyes}`, () => {
      for (const c of levels(6)) expect(difference(fromHex(seen(c, eyes)), fromHex(seen(fails, eyes)))).toBeGreaterThan(0.12)
      expect(difference(fromHex(seen(weak, eyes)), fromHex(seen(levels(6)[5], eyes)))).toBeGreaterThan(0.2)
    })
  }
})

test('operators are told apart and none looks like a failure', () => {
  for (const [i, a] of operatorColours.entries()) {
    expect(difference(fromHex(a), fromHex(fails))).toBeGreaterThan(0.1)
    for (const b of operatorColours.slice(i + 1)) expect(difference(fromHex(a), fromHex(b))).toBeGreaterThan(0.06)
  }
})
