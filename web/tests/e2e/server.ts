// The server under test: the one at YIJU_URL, or a fresh demo served by YIJU_BIN, which is
// ../bin/yiju as a rule.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const binary = process.env.YIJU_BIN ?? resolve(import.meta.dirname, '../../../bin/yiju')

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (server.exitCode !== null) throw new Error(`${binary} serve ended with ${server.exitCode}`)
    const up = await fetch(`${url}/readyz`).then((r) => r.ok, () => false)
    if (up) return
    await new Promise((r) => setTimeout(r, 100))
  }
  throw new Error(`${url} does not answer`)
}

export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env.YIJU_URL) return undefined
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run make build, or set YIJU_URL to a running server`)
  const folder = mkdtempSync(join(tmpdir(), 'yiju-web-'))
  const store = join(folder, 'demo.gpkg')
  execFileSync(binary, ['demo', '--store', store, '--no-serve'], { stdio: 'inherit' })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(binary, ['serve', '--store', store, '--addr', `127.0.0.1:${port}`], { stdio: 'inherit' })
  const stop = () => {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await answers(url, server)
  } catch (error) {
    stop()
    throw error
  }
  process.env.YIJU_URL = url // workers inherit it
  return stop
}
