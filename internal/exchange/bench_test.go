package exchange

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
)

// A drawing of 2254 buildings in a zone's metres, without ids, against the base.
func BenchmarkCompareDrawing(b *testing.B) {
	store, book := demoStore(b)
	path := inDir(b, "buildings.geojson")
	drawn(b, path, "buildings", all(b, store, "buildings", 0))
	b.ReportAllocs()
	for b.Loop() {
		if _, report, err := Import(context.Background(), store, book, Options{Path: path, DryRun: true}); err != nil || report.Edits != 0 {
			b.Fatal(report, err)
		}
	}
}

func BenchmarkWriteGeoJSON(b *testing.B) {
	store, book := demoStore(b)
	s := create(b, book, randomEdits(b, store, rand.New(rand.NewPCG(1, 2)), 200))
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := WriteGeoJSON(context.Background(), &out, store, s); err != nil {
			b.Fatal(err)
		}
	}
}
