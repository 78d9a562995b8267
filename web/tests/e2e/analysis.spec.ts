import { expect, open, runsOf, settled, share, shot, test } from './fixture'

test('an analysis is computed again for another walker, and its answer replaces the old', async ({ page, server, request }) => {
  await open(page, server)
  const [before] = await runsOf(request, server)
  const adult = await share(page)
  await page.getByTestId('profile').selectOption('elderly')
  await expect(page.getByText(/下面仍是/)).toBeVisible()
  await page.getByTestId('compute').click()
  await expect.poll(async () => (await runsOf(request, server)).find((r) => r.id === before.id)?.params.profile, { timeout: 60_000 }).toBe('elderly')
  await expect(page.getByText(/下面仍是/)).toBeHidden()
  await settled(page)
  expect(await share(page)).toBeLessThanOrEqual(adult)
  await shot(page, 'elderly')
  // Back as it was, for the flows that follow.
  await page.getByTestId('profile').selectOption('adult')
  await page.getByTestId('compute').click()
  await expect.poll(async () => (await runsOf(request, server)).find((r) => r.id === before.id)?.params.profile, { timeout: 60_000 }).toBe('adult')
  await expect.poll(() => share(page)).toBe(adult)
})

test('the run picker changes what the map and the figures show', async ({ page, server, request }) => {
  await open(page, server)
  const runs = await runsOf(request, server)
  const other = runs[1]
  await page.locator('.choices label', { hasText: other.title.zh }).click()
  await expect(page).toHaveURL(new RegExp(`run=${other.id}`))
  await expect(page.getByTestId('minutes')).toHaveValue(String(Math.max(...other.params.minutes!)))
  await settled(page)
  await shot(page, 'other-run')
})

test.describe('when something is missing', () => {
  test.use({ allowed: { errors: [/Failed to load resource.*api\/(runs|analyses)/] } })

  test('a server that breaks is told in words, with what to do, and asked again', async ({ page, server }) => {
    await page.route('**/api/runs', (route) => route.fulfill({
      status: 500, contentType: 'application/json',
      body: JSON.stringify({ code: 'broken', message: { zh: '读不到分析记录', en: 'cannot read the runs' }, fixes: [{ zh: '检查磁盘', en: 'check the disk' }] }),
    }))
    await page.goto(server)
    await expect(page.getByRole('alert')).toContainText('读不到分析记录')
    await expect(page.getByRole('alert')).toContainText('检查磁盘')
    await shot(page, 'server-broken')
    await page.unroute('**/api/runs')
    await page.getByRole('button', { name: '重试' }).click()
    await expect(page.getByTestId('share')).toBeVisible()
  })

  test('an empty workspace says how to fill it', async ({ page, server }) => {
    const answer = (body: unknown) => ({ contentType: 'application/json', body: JSON.stringify(body) })
    await page.route('**/api/workspace', (r) => r.fulfill(answer({ name: '空', crs: '', revision: 0, synthetic: false, extent: null, communities: [], version: '' })))
    await page.route('**/api/layers', (r) => r.fulfill(answer({ revision: 0, layers: [] })))
    await page.route('**/api/runs', (r) => r.fulfill(answer({ runs: [] })))
    await page.goto(server)
    await expect(page.getByText('工作区里还没有数据')).toBeVisible()
    await expect(page.getByText('yiju demo')).toBeVisible()
    await shot(page, 'empty-workspace')
  })

  test('a workspace without results offers to compute them', async ({ page, server }) => {
    await page.route('**/api/runs', (r) => r.fulfill({ contentType: 'application/json', body: '{"runs":[]}' }))
    await page.goto(server)
    await expect(page.getByText('还没有分析结果', { exact: true }).first()).toBeVisible()
    await expect(page.getByTestId('compute')).toHaveText('开始分析')
    await page.waitForSelector('html[data-map=idle]')
    await shot(page, 'no-results')
  })

  test('an analysis that is refused says why and keeps the old result', async ({ page, server }) => {
    await open(page, server)
    const before = await share(page)
    await page.route('**/api/analyses/walk', (r) => r.fulfill({
      status: 422, contentType: 'application/json',
      body: JSON.stringify({ code: 'refused', message: { zh: '没有可步行的道路', en: 'there are no ways to walk on' }, fixes: [{ zh: '导入道路', en: 'import ways' }] }),
    }))
    await page.getByTestId('compute').click()
    await expect(page.getByRole('alert')).toContainText('没有可步行的道路')
    expect(await share(page)).toBe(before)
    await shot(page, 'refused')
  })

  test('results whose inputs changed are marked', async ({ page, server, request }) => {
    const runs = (await runsOf(request, server)).map((r) => ({ ...r, stale: true }))
    await page.route('**/api/runs', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify({ runs }) }))
    await open(page, server)
    await expect(page.getByText(/之后有改动/)).toBeVisible()
    await shot(page, 'stale')
  })
})
