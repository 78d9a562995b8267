import type { FullFeature, LonLat, Why } from '../../src/api/types'
import { openKeypoints, valueOf } from '../../src/state/cameras'
import { labelPoint } from '../../src/map/geometry'
import { violations } from './axe'
import { expect, inked, json, open, pixelOf, runsOf, settled, share, shot, test } from './fixture'

const start = '#run=cameras'
type Request = Parameters<typeof json>[0]
const camerasRun = async (request: Request, server: string) => (await runsOf(request, server, 'cameras'))[0]
const features = async (request: Request, server: string, layer: string) =>
  (await json<{ features: FullFeature[] }>(request, `${server}/api/layers/${layer}/features?limit=1000`)).features

test('the first look at cameras says which key points are watched and lists the others', async ({ page, server, request }) => {
  await open(page, server, start)
  const run = await camerasRun(request, server)
  expect(await share(page)).toBeCloseTo(valueOf(run, 'keypoints_covered_share')!.value!, 0)
  await expect(page.getByTestId('view-views')).toHaveAttribute('aria-pressed', 'true')
  const parts = await features(request, server, `${run.id}_keypoints`)
  const wanted = openKeypoints({ k: { type: 'FeatureCollection', revision: 1, features: parts.map((f) => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: labelPoint(f.geometry)! }, properties: { ...f.properties, id: f.id },
  })) } }, 'k')
  await expect(page.getByRole('heading', { name: `未覆盖的重点部位 ${wanted.length}` })).toBeVisible()
  await expect(page.locator('.places button').first()).toContainText(wanted[0].name)
  await shot(page, 'cameras-first')
  await page.getByTestId('view-redundancy').click()
  await expect(page).toHaveURL(new RegExp(`on=[^&]*${run.id}_redundancy`))
  await settled(page)
  await shot(page, 'cameras-redundancy')
})

test('why here: which cameras see the place, why the others do not, and the look from the side', async ({ page, server, request }) => {
  await open(page, server, start)
  const seen = (await features(request, server, 'cameras_keypoints')).find((f) => f.properties.covered === 'yes' && f.geometry?.type === 'Point')!
  const at = labelPoint(seen.geometry) as LonLat
  const where = await pixelOf(page, at)
  await page.mouse.click(where.x, where.y)
  await page.getByRole('tab', { name: '为何此处' }).click()
  const rows = page.getByTestId('glance')
  await expect(rows.first()).toBeVisible()
  const spot = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('spot')!.split(',')
  const { cameras } = await json<Why>(request, `${server}/api/why?lon=${spot[0]}&lat=${spot[1]}&profile=adult`)
  await expect(page.getByTestId('watch')).toContainText(cameras!.covered === 'yes' ? '看得到' : '看不到')
  await expect(rows.first()).toContainText(cameras!.cameras![0].name)
  await rows.first().click()
  await expect(page).toHaveURL(new RegExp(`camera=${cameras!.cameras![0].camera}`))
  const section = page.getByTestId('section')
  await expect(section.locator('svg')).toBeVisible()
  const box = (await section.locator('svg').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(section.locator('.reading')).toContainText('视线离地')
  await settled(page)
  expect(await inked(page)).toBeGreaterThan(200)
  await shot(page, 'cameras-why')
  await open(page, server, new URL(page.url()).hash)
  await expect(page.getByTestId('section')).toBeVisible()
  expect(await violations(page)).toEqual([])
})

test('more cameras are proposed when asked for, in English too', async ({ page, server, request }) => {
  await open(page, server, `${start}&lang=en`)
  await page.getByTestId('settings').click()
  await page.getByTestId('advise-cameras').check()
  await expect(page.getByTestId('changed')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.getByTestId('compute').click()
  await expect.poll(async () => (await camerasRun(request, server)).params.advise, { timeout: 60_000 }).toBe(true)
  await expect(page.getByTestId('changed')).toBeHidden()
  const advice = (await json<{ layers: { name: string; count: number }[] }>(request, `${server}/api/layers`)).layers.find((l) => l.name === 'cameras_advice')!
  expect(advice.count).toBeGreaterThan(0)
  await expect(page.getByRole('heading', { name: `Cameras proposed ${advice.count}` })).toBeVisible()
  const own = await page.locator('.rail h2, .rail .title, [role=tab], .section h3, .caption, .share-row .title, .legend, .steps, .views, dt').allInnerTexts()
  expect(own.filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
  await settled(page)
  await shot(page, 'cameras-advice')
  // Back as it was, for the flows that follow.
  await request.post(`${server}/api/analyses/cameras`, { data: {} })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('cameras and their reasons fit the screen', async ({ page, server }) => {
    await open(page, server, start)
    await page.locator('.phone-tabs').getByRole('button', { name: '分析结果' }).click()
    await expect(page.getByTestId('share')).toBeVisible()
    await settled(page)
    await shot(page, 'cameras-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
