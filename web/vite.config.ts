/// <reference types="vitest/config" />
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { parse } from 'yaml'

// The server this app speaks to while it is being developed.
const server = process.env.YIJU_URL ?? 'http://127.0.0.1:8080'

interface Category {
  code: string
  title: { zh: string; en: string }
  kinds?: Category[]
}

/** The names of the facility categories, from the one list that the project keeps. */
function categories(): Plugin {
  const name = 'virtual:categories'
  const file = resolve(import.meta.dirname, '../data/standards/categories.yaml')
  return {
    name: 'categories',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined
      this.addWatchFile(file)
      const { groups } = parse(readFileSync(file, 'utf8')) as { groups: Category[] }
      const titles = groups.flatMap((g) => [
        [g.code, g.title] as const,
        ...(g.kinds ?? []).map((k) => [`${g.code}/${k.code}`, k.title] as const),
      ])
      return `export default ${JSON.stringify(Object.fromEntries(titles))}`
    },
  }
}

/** The chart library of the printed reports: the page does not load it, the program carries it. */
function chartsForReports(): Plugin {
  return {
    name: 'charts-for-reports',
    apply: 'build',
    generateBundle() {
      const source = readFileSync(resolve(import.meta.dirname, 'node_modules/echarts/dist/echarts.min.js'))
      this.emitFile({ type: 'asset', fileName: '_/echarts.min.js', source })
    },
  }
}

export default defineConfig({
  plugins: [vue(), categories(), chartsForReports()],
  base: './',
  build: {
    target: 'es2022',
    assetsDir: '_', // no layer can be called "_", so no asset hides a layer
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        manualChunks: (id: string) => (id.includes('node_modules/maplibre-gl/') ? 'maplibre' : undefined),
      },
    },
  },
  server: { proxy: { '/api': server, '/tiles': server, '/healthz': server } },
  preview: { proxy: { '/api': server, '/tiles': server, '/healthz': server } },
  test: { include: ['tests/unit/**/*.test.ts'] },
})
