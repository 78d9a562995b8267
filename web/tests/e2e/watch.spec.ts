// What cameras watch, in depth: reasons, forms, cameras themselves, what is unknown.
import type { Page } from '@playwright/test'
import type { CameraChoices, CameraSection, FullFeature, LonLat, Run, Watch, Why } from '../../src/api/types'
import { classColours } from '../../src/map/looks/cameras'
import { labelPoint } from '../../src/map/geometry'
import { fails } from '../../src/map/palette'
import { valueOf } from '../../src/state/cameras'
import { violations } from './axe'
import { expect, inked, json, open, pixelOf, pixels, runsOf, settled, share, shot, test } from './fixture'

const start = '#run=cameras'

type Request = Parameters<typeof json>[0]
const cameraRun = async (request: Request, server: string) => (await runsOf(request, server, 'cameras'))[0]
const features = async (request: Request, server: string, layer: string) =>
  (await json<{ features: FullFeature[] }>(request, `${server}/api/layers/${layer}/features?limit=1000`)).features
const watchOf = async (request: Request, server: string, at: LonLat, need = '') =>
  (await json<Why>(request, `${server}/api/why?lon=${at[0]}&lat=${at[1]}&profile=adult&need=${need}`)).cameras!

/** A part of a key point that is not covered since a building stands before a camera. */
async function blockedPlace(request: Request, server: string): Promise<{ at: LonLat; watch: Watch }> {
  for (const f of await features(request, server, 'cameras_keypoints')) {
    if (f.properties.reason !== 'blocked') continue
    const at = labelPoint(f.geometry) as LonLat
    const watch = await watchOf(request, server, at)
    const unseen = watch.cameras!.filter((g) => !g.covers)
    if (unseen.slice(0, 4).some((g) => g.reason === 'blocked' && g.blocked_by?.layer === 'buildings')) return { at, watch }
  }
  throw new Error('the demo has no key point behind a building')
}

/** Asks why at a place in the middle of the map; gives the place that was hit. */
async function ask(page: Page, at: LonLat): Promise<LonLat> {
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await page.getByRole('tab', { name: /为何此处|Why here/ }).click()
  await expect(page.getByTestId('glance').first()).toBeVisible()
  return new URLSearchParams(new URL(page.url()).hash.slice(1)).get('spot')!.split(',').map(Number) as LonLat
}

test('the map shows what is seen and what fails, and the figures what they were divided from', async ({ page, server, request }) => {
  await open(page, server, start)
  const run = await cameraRun(request, server)
  const { classes } = await json<CameraChoices>(request, `${server}/api/cameras/choices`)
  expect(await pixels(page, classColours(classes![0].classes), 40)).toBeGreaterThan(5000)
  expect(await pixels(page, [fails], 24)).toBeGreaterThan(500)
  // What does not apply is told as such, not as unknown.
  expect(valueOf(run, 'facade_share')!.denominator).toBe(0)
  await expect(page.getByTestId('facades')).toContainText('不适用')
  for (const end of ['networked_share', 'working_share', 'platform_share', 'compliant_share']) {
    const v = valueOf(run, end)!
    await expect(page.locator('.share-row', { hasText: v.title.zh })).toContainText(`${v.numerator} / ${v.denominator}`)
  }
  await page.getByTestId('facades').scrollIntoViewIfNeeded()
  await shot(page, 'cameras-values')
})

test('a key point that is not covered is gone to, and why here speaks of the class that it needs', async ({ page, server, request }) => {
  await open(page, server, start)
  const gate = (await features(request, server, 'cameras_keypoints')).find((f) => f.geometry!.type === 'Point' && f.properties.covered === 'no' && f.properties.class)!
  const row = page.locator('.places button', { hasText: String(gate.properties.name) })
  const drawn = await inked(page)
  await row.hover()
  await expect.poll(() => inked(page)).toBeGreaterThan(drawn)
  await row.click()
  const watch = page.getByTestId('watch')
  const found = await watchOf(request, server, labelPoint(gate.geometry) as LonLat, String(gate.properties.required_class))
  expect(found.covered).toBe('no')
  await expect(watch.locator('.verdict')).toContainText('看不到')
  await expect(page.getByTestId('need')).toHaveValue(found.need)
  await expect(watch).toContainText(found.cameras![0].text.zh)
  await settled(page)
  await shot(page, 'cameras-keypoint')
  // The link of the answer asks for the same class again; less may do.
  await open(page, server, new URL(page.url()).hash)
  await expect(watch.locator('.verdict b')).toHaveText('看不到')
  await page.getByTestId('need').selectOption('')
  await expect(watch.locator('.verdict b')).toHaveText('看得到')
})

test('a camera that does not see the place says what is in its way, on the map and from the side', async ({ page, server, request }) => {
  const { at } = await blockedPlace(request, server)
  await open(page, server, `${start}&at=${at[0]},${at[1]}&z=17.3`)
  const spot = await ask(page, at)
  const watch = await watchOf(request, server, spot, new URLSearchParams(new URL(page.url()).hash.slice(1)).get('need') ?? '')
  const glance = watch.cameras!.find((g) => g.reason === 'blocked' && g.blocked_by?.layer === 'buildings')!
  // The place in the address is rounded: the metres of the wording may differ in the last digit.
  const row = page.getByTestId('glance').filter({ hasText: glance.name }).filter({ hasText: glance.blocked_by!.name })
  await page.mouse.move(5, 5)
  await settled(page)
  const drawn = await inked(page)
  await row.hover()
  await expect.poll(() => inked(page)).toBeGreaterThan(drawn)
  await row.click()
  await expect(page).toHaveURL(new RegExp(`camera=${glance.camera}`))
  const section = page.getByTestId('section')
  const side = await json<CameraSection>(request, `${server}/api/cameras/section?camera=${glance.camera}&lon=${spot[0]}&lat=${spot[1]}`)
  await expect(section.locator('.solid')).toHaveCount(side.solids!.length)
  expect(await section.locator('.solid.blocks').count()).toBeGreaterThan(0)
  await section.getByText('文字说明').click()
  await expect(section.locator('details li').first()).toContainText('离地')
  await settled(page)
  await shot(page, 'cameras-section')
})

test('the form tells unverified figures, leaves defaults off, and computes what it asks', async ({ page, server, request }) => {
  await open(page, server, start)
  const before = await cameraRun(request, server)
  await page.getByTestId('settings').click()
  await expect(page.getByTestId('assume')).not.toBeChecked()
  const { classes } = await json<CameraChoices>(request, `${server}/api/cameras/choices`)
  await page.getByTestId('classes').selectOption(classes!.find((c) => !c.verified)!.id)
  await expect(page.locator('.options .badge')).toContainText('数值未核实')
  await expect(page.getByTestId('changed')).toBeVisible()
  await shot(page, 'cameras-form-unverified')
  await page.getByTestId('classes').selectOption(classes![0].id)
  await expect(page.getByTestId('changed')).toBeHidden()
  await page.getByText('更多设置').click()
  await page.getByTestId('ptz').selectOption('could')
  await page.getByTestId('derive-building_door').check()
  await shot(page, 'cameras-form')
  await page.getByTestId('compute').click()
  await expect.poll(async () => (await cameraRun(request, server)).params.ptz, { timeout: 60_000 }).toBe('could')
  await expect(page.getByTestId('changed')).toBeHidden()
  const run = await cameraRun(request, server)
  expect(run.params.derive).toEqual(['building_door'])
  await expect.poll(() => share(page)).toBeCloseTo(valueOf(run, 'keypoints_covered_share')!.value!, 0)
  await settled(page)
  await shot(page, 'cameras-derived')
  // Back as it was, for the flows that follow.
  await request.post(`${server}/api/analyses/cameras`, { data: {} })
  expect(valueOf(await cameraRun(request, server), 'keypoints_covered_share')).toEqual(valueOf(before, 'keypoints_covered_share'))
})

test('what was found of a camera stands with the camera, and its view stands out', async ({ page, server, request }) => {
  const camera = (await features(request, server, 'cameras_cameras')).find((f) => f.properties.compliant === 'no' && f.properties.working === 'yes')!
  const at = labelPoint(camera.geometry) as LonLat
  await open(page, server, `${start}&at=${at[0]},${at[1]}&z=18`)
  const before = await inked(page)
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await expect(page.getByTestId('camera-outcome')).toContainText('档案有问题')
  await expect.poll(() => inked(page)).toBeGreaterThan(before)
  await settled(page)
  await shot(page, 'cameras-feature')
  await page.getByRole('button', { name: '切换到三维视图' }).click()
  await settled(page)
  await shot(page, 'cameras-solid')
})

test('cameras are told in English too, and pass WCAG 2.1 AA as far as a machine can tell', async ({ page, server, request }) => {
  const { at } = await blockedPlace(request, server)
  await open(page, server, `${start}&lang=en&at=${at[0]},${at[1]}&z=17`)
  await page.getByTestId('settings').click()
  await page.getByText('More settings').click()
  const own = () => page.locator('.rail h2, .rail .title, [role=tab], .section h3, .section h4, .caption, .options label, .options p, .options legend, .legend, .steps, .views, .share-row .title, .facts, .verdict, .places .id')
    .allInnerTexts()
  // Data keeps its own language: names of buildings and cameras.
  const foreign = (texts: string[]) => texts.filter((text) => /[\u4e00-\u9fff]/.test(text) && !/in the way|Blocked by/.test(text))
  expect(foreign(await own())).toEqual([])
  expect(await violations(page), 'result').toEqual([])
  await shot(page, 'cameras-english-form')
  await page.getByTestId('settings').click()
  await shot(page, 'cameras-english')
  for (const more of await page.getByRole('button', { name: /Legend and opacity/ }).all()) if ((await more.getAttribute('aria-label'))?.match(/Areas seen|Key points|Cameras checked/)) await more.click()
  expect(foreign(await own())).toEqual([])
  await shot(page, 'cameras-english-legend')
  await ask(page, at)
  await page.getByTestId('glance').first().click()
  await expect(page.getByTestId('section')).toBeVisible()
  expect(foreign(await own())).toEqual([])
  expect(await violations(page), 'why').toEqual([])
  await settled(page)
  await shot(page, 'cameras-english-why')
})

test('what is unknown is told with the bounds between which the share lies', async ({ page, server, request }) => {
  const missing = [{ zh: '重点部位：3 项未知，占比在 40.0% 和 60.0% 之间', en: 'key points: 3 unknown, the share is between 40.0 % and 60.0 %' }]
  const runs = (await json<{ runs: Run[] }>(request, `${server}/api/runs`)).runs.map((r) => (r.analysis !== 'cameras' ? r : {
    ...r, values: r.values!.map((v, i) => (i === 0 ? { ...v, value: null, missing } : v)),
  }))
  await page.route('**/api/runs', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify({ runs }) }))
  await open(page, server, start)
  await expect(page.getByTestId('share')).toContainText('未知')
  await expect(page.getByText(missing[0].zh)).toBeVisible()
  await shot(page, 'cameras-unknown')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('the look of a camera fits the screen', async ({ page, server, request }) => {
    const { at } = await blockedPlace(request, server)
    await open(page, server, `${start}&at=${at[0]},${at[1]}&z=16.5`)
    await shot(page, 'cameras-phone-map')
    const where = await pixelOf(page, at)
    await page.touchscreen.tap(where.x, where.y)
    if ((await page.locator('.frame').getAttribute('data-sheet')) !== 'why') await page.locator('.phone-tabs').getByRole('button', { name: '为何此处' }).click()
    await page.getByTestId('glance').first().tap()
    await expect(page.getByTestId('section')).toBeVisible()
    await settled(page)
    await shot(page, 'cameras-phone-why')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
