/// <reference types="vitest/config" />
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The server this app speaks to while it is being developed.
const server = process.env.YIJU_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  base: './',
  build: {
    target: 'es2022',
    assetsDir: '_', // no layer can be called "_", so no asset hides a layer
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        manualChunks: (id: string) => (id.includes('maplibre-gl') ? 'maplibre' : undefined),
      },
    },
  },
  server: { proxy: { '/api': server, '/tiles': server, '/healthz': server } },
  preview: { proxy: { '/api': server, '/tiles': server, '/healthz': server } },
  test: { include: ['tests/unit/**/*.test.ts'] },
})
