// What every flow shares: a page on which nothing may go wrong in silence, and eyes on
// the map.
import { type APIRequestContext, expect, type Page, test as base } from '@playwright/test'
import { levels, scale } from '../../src/map/palette'
import type { Layers, LonLat, Run } from '../../src/api/types'

export { expect }

interface Fixtures {
  server: string
  /** Console errors that a flow brings about on purpose. */
  allowed: { errors: RegExp[] }
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => use(process.env.YIJU_URL!.replace(/\/$/, '')),
  allowed: async ({}, use) => use({ errors: [] }),
  page: async ({ page, server, allowed }, use) => {
    const wrong: string[] = []
    page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') wrong.push(`${m.type()}: ${m.text()} ${m.location().url}`)
    })
    page.on('pageerror', (e) => wrong.push(String(e.stack ?? e)))
    page.on('request', (r) => {
      if (!r.url().startsWith(server) && !/^(data|blob):/.test(r.url())) wrong.push(`asks the internet: ${r.url()}`)
    })
    await use(page)
    expect(wrong.filter((w) => !allowed.errors.some((a) => a.test(w)))).toEqual([])
  },
})

/** Opens the map and waits until everything asked for is drawn. */
export async function open(page: Page, server: string, hash = ''): Promise<void> {
  await page.goto(`${server}/${hash}`)
  await page.waitForSelector('html[data-map=idle]', { timeout: 60_000 })
  await settled(page)
}

/** Waits until the picture no longer changes. */
export async function settled(page: Page): Promise<void> {
  let before = ''
  for (let i = 0; i < 40; i++) {
    await page.waitForTimeout(150)
    const now = (await page.locator('#map').screenshot()).toString('base64')
    if (now === before) return
    before = now
  }
}

export const shot = (page: Page, name: string) => page.screenshot({ path: `screenshots/${name}.png` })

/** How many pixels of the map are near one of some colours. */
export async function pixels(page: Page, colours: readonly string[], near: number): Promise<number> {
  const picture = (await page.locator('#map').screenshot()).toString('base64')
  return page.evaluate(async ([data, list, distance]) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
    const g = canvas.getContext('2d', { willReadFrequently: true })!
    g.drawImage(image, 0, 0)
    const wanted = list.map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)))
    const { data: d } = g.getImageData(0, 0, image.width, image.height)
    let count = 0
    for (let i = 0; i < d.length; i += 4) {
      if (wanted.some((w) => Math.abs(w[0] - d[i]) + Math.abs(w[1] - d[i + 1]) + Math.abs(w[2] - d[i + 2]) <= distance)) count++
    }
    return count
  }, [picture, colours, near] as const)
}

/** How much of the map is in the colours of walking times, in pixels. */
export const coloured = (page: Page) => pixels(page, scale, 18)
/** How much of the map is in the colours of classes of levels. */
export const levelled = (page: Page, classes: number) => pixels(page, levels(classes), 30)
/** How much of the map is in ink: paths, outlines of what is selected. */
export const inked = (page: Page) => pixels(page, ['#26231e'], 12)

/** Where a place is on the screen, from the view in the address; for views in plan, north up. */
export async function pixelOf(page: Page, at: LonLat): Promise<{ x: number; y: number }> {
  const hash = new URLSearchParams(new URL(page.url()).hash.slice(1))
  const [lon, lat] = hash.get('at')!.split(',').map(Number)
  const world = 512 * 2 ** Number(hash.get('z'))
  const x = (l: number) => ((l + 180) / 360) * world
  const y = (l: number) => ((1 - Math.asinh(Math.tan((l * Math.PI) / 180)) / Math.PI) / 2) * world
  const box = (await page.locator('#map').boundingBox())!
  return { x: box.x + box.width / 2 + x(at[0]) - x(lon), y: box.y + box.height / 2 + y(at[1]) - y(lat) }
}

export async function json<T>(request: APIRequestContext, url: string): Promise<T> {
  const answer = await request.get(url)
  expect(answer.ok(), `${url} answers ${answer.status()}`).toBe(true)
  return (await answer.json()) as T
}

/** The runs of an analysis: those of walking when none is named. What a judgement ran for itself is left out. */
export const runsOf = async (request: APIRequestContext, server: string, analysis = 'walk') =>
  (await json<{ runs: Run[] }>(request, `${server}/api/runs`)).runs.filter((r) => r.analysis === analysis && !r.id.startsWith('judge_'))
export const layersOf = async (request: APIRequestContext, server: string) => (await json<Layers>(request, `${server}/api/layers`)).layers

/** The share of the headline, as a number. */
export async function share(page: Page): Promise<number> {
  const text = await page.getByTestId('share').locator('strong').innerText()
  return Number(text.replace(/[^0-9.]/g, ''))
}

/** Moves the slider to some minutes with the keyboard. */
export async function slideTo(page: Page, minutes: number): Promise<void> {
  const slider = page.getByTestId('minutes')
  await slider.focus()
  for (let i = 0; i < 60; i++) {
    const now = Number(await slider.inputValue())
    if (now === minutes) return
    await page.keyboard.press(now > minutes ? 'ArrowLeft' : 'ArrowRight')
  }
  throw new Error(`the slider does not reach ${minutes}`)
}
