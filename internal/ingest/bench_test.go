package ingest

import (
	"context"
	"os"
	"testing"

	"yiju/internal/sample"
	"yiju/layers/memory"
)

// Megabytes of PBF a second, into a store in memory.
func BenchmarkOSM(b *testing.B) {
	for _, name := range []string{"osm-neuss/neuss-s11.osm.pbf", "osm-dem-pop-porto-alegre/poa_osm.pbf"} {
		b.Run(name, func(b *testing.B) {
			path := sample.Path(b, name)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Run(context.Background(), memory.New(), Options{Format: OSM, Path: path, Margin: DefaultMargin}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Measured places by the hundred thousand: the bytes are those of the packed file.
func BenchmarkTable(b *testing.B) {
	path := sample.Path(b, "rsrp-chengdu-centre/cells_rsrp.csv.gz")
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		_, err := Run(context.Background(), memory.New(), Options{Format: Table, Path: path, CRS: "EPSG:32648", Care: Lenient})
		if err != nil {
			b.Fatal(err)
		}
	}
}
