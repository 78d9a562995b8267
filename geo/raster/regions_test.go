package raster_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/overlay"
	"yiju/geo/raster"
)

// drawn reads a drawing whose last line is the southern row; a dot is none.
func drawn(lines ...string) (labels []int32, cols int) {
	cols = len(lines[0])
	for i := len(lines) - 1; i >= 0; i-- {
		for _, ch := range lines[i] {
			labels = append(labels, int32(max(strings.IndexRune(".123456789", ch), 0)))
		}
	}
	return labels, cols
}

var unit = raster.Frame{Step: 1}

func TestRegionsOfDrawings(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []orb.Polygon
	}{
		{"one pixel", []string{"1"}, []orb.Polygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}}}},
		{"nothing", []string{"..", ".."}, nil},
		{"corners touch", []string{".1", "1."}, []orb.Polygon{
			{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}},
			{{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}},
		}},
		{"a hole that touches the outside", []string{"11.", "1.1", "111"}, []orb.Polygon{{
			{{0, 0}, {3, 0}, {3, 2}, {2, 2}, {2, 3}, {0, 3}, {0, 0}},
			{{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}},
		}}},
		{"two holes that touch", []string{"1111", "11.1", "1.11", "1111"}, []orb.Polygon{{
			{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}},
			{{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}},
			{{2, 2}, {2, 3}, {3, 3}, {3, 2}, {2, 2}},
		}}},
		{"arms that meet late", []string{"111", "1.1", "1.1"}, []orb.Polygon{
			{{{0, 0}, {1, 0}, {1, 2}, {2, 2}, {2, 0}, {3, 0}, {3, 3}, {0, 3}, {0, 0}}},
		}},
		{"one inside the other", []string{"111", "121", "111"}, []orb.Polygon{
			{{{0, 0}, {3, 0}, {3, 3}, {0, 3}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}},
			{{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			labels, cols := drawn(test.lines...)
			var got []orb.Polygon
			for _, r := range raster.Regions(labels, cols, unit) {
				got = append(got, r.Polygon)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// flood is the slow way: the parts of a grid by filling.
func flood(labels []int32, cols int) (part []int, pixels []int64) {
	part = make([]int, len(labels))
	for i := range part {
		part[i] = -1
	}
	for i, l := range labels {
		if l == 0 || part[i] >= 0 {
			continue
		}
		n := len(pixels)
		pixels = append(pixels, 0)
		todo := []int{i}
		part[i] = n
		for len(todo) > 0 {
			k := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			pixels[n]++
			c := k % cols
			visit := func(j int, ok bool) {
				if ok && labels[j] == l && part[j] < 0 {
					part[j] = n
					todo = append(todo, j)
				}
			}
			visit(k-1, c > 0)
			visit(k+1, c < cols-1)
			visit(k-cols, k >= cols)
			visit(k+cols, k+cols < len(labels))
		}
	}
	return part, pixels
}

// checkRegions compares the outlines of a grid with its pixels.
func checkRegions(t *testing.T, labels []int32, cols int, f raster.Frame) {
	t.Helper()
	part, pixels := flood(labels, cols)
	regions := raster.Regions(labels, cols, f)
	if len(regions) != len(pixels) {
		t.Fatalf("%d regions, filling finds %d", len(regions), len(pixels))
	}
	for _, r := range regions {
		first := r.Row*cols + r.Col
		n := part[first]
		if r.Label != labels[first] || r.Pixels != pixels[n] {
			t.Fatalf("region at %d,%d: label %d of %d pixels, want %d of %d", r.Col, r.Row, r.Label, r.Pixels, labels[first], pixels[n])
		}
		if a, want := geo.Area(r.Polygon), float64(r.Pixels)*f.Step*f.Step; a != want {
			t.Fatalf("region at %d,%d: area %g, want %g", r.Col, r.Row, a, want)
		}
		if reason, err := overlay.Invalid(r.Polygon); reason != "" || err != nil {
			t.Fatalf("region at %d,%d is invalid: %s %v: %v", r.Col, r.Row, reason, err, r.Polygon)
		}
		checkCorners(t, r.Polygon)
		for i := range labels {
			p := orb.Point{f.West + (float64(i%cols)+.5)*f.Step, f.South + (float64(i/cols)+.5)*f.Step}
			if geo.Inside(r.Polygon, p) != (part[i] == n) {
				t.Fatalf("region at %d,%d: pixel %d,%d is on the wrong side", r.Col, r.Row, i%cols, i/cols)
			}
		}
	}
}

// checkCorners looks for points on straight sides.
func checkCorners(t *testing.T, poly orb.Polygon) {
	t.Helper()
	for _, ring := range poly {
		n := len(ring) - 1
		for i := range n {
			a, b, c := ring[(i+n-1)%n], ring[i], ring[i+1]
			if a[0] == b[0] && b[0] == c[0] || a[1] == b[1] && b[1] == c[1] {
				t.Fatalf("%v is on a straight side", b)
			}
		}
	}
}

func TestRegionsAgreeWithPixels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	f := raster.Frame{West: 500_000, South: 4_000_000, Step: 2}
	for _, size := range [][3]int{{1, 9, 2}, {9, 1, 3}, {6, 6, 2}, {12, 9, 2}, {12, 12, 3}, {17, 11, 4}} {
		for range 60 {
			labels := make([]int32, size[0]*size[1])
			for i := range labels {
				labels[i] = int32(random.IntN(size[2]))
				if random.IntN(3) == 0 && i > 0 { // longer runs
					labels[i] = labels[i-1]
				}
			}
			checkRegions(t, labels, size[0], f)
		}
	}
}

func FuzzRegions(f *testing.F) {
	f.Add([]byte("\x01\x00\x01\x00\x01\x00\x01\x01\x01"), 3)
	f.Add([]byte("\x01\x02\x02\x01"), 2)
	f.Fuzz(func(t *testing.T, bytes []byte, cols int) {
		if cols < 1 || cols > 40 || len(bytes) > 400 {
			return
		}
		labels := make([]int32, len(bytes)/cols*cols)
		for i := range labels {
			labels[i] = int32(bytes[i]%4) - 1
		}
		checkRegions(t, labels, cols, unit)
	})
}

// What Run and Merge tell must add up to the regions, and no number may be in use
// twice.
func TestOutlinesTellRuns(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const cols, rows = 30, 30
	for range 50 {
		count := map[int]int64{}
		o := raster.NewOutlines(cols, unit, func(r raster.Region) {
			if count[r.Part] != r.Pixels {
				t.Fatalf("part %d has %d pixels, the runs %d", r.Part, r.Pixels, count[r.Part])
			}
			delete(count, r.Part)
		})
		o.Run = func(part, c0, c1 int) { count[part] += int64(c1 - c0) }
		o.Merge = func(into, from int) {
			count[into] += count[from]
			delete(count, from)
		}
		for range rows {
			row := make([]int32, cols)
			for i := range row {
				row[i] = int32(random.IntN(3))
			}
			o.Add(row)
		}
		o.Close()
		if len(count) != 0 {
			t.Fatalf("%d parts were never completed", len(count))
		}
	}
}

func TestRegionsTwiceTheSame(t *testing.T) {
	labels := patches(200, 200)
	if !reflect.DeepEqual(raster.Regions(labels, 200, unit), raster.Regions(labels, 200, unit)) {
		t.Error("two runs differ")
	}
}

// patches is a grid of blobs with ragged borders, as coverage has.
func patches(cols, rows int) []int32 {
	random := rand.New(rand.NewPCG(7, 8))
	labels := make([]int32, cols*rows)
	for i := range labels {
		c, r := i%cols, i/cols
		labels[i] = int32((c/37+r/23)%5) + 1
		if random.IntN(20) == 0 {
			labels[i] = 0
		}
	}
	return labels
}

func benchmarkRegions(b *testing.B, side int) {
	labels := patches(side, side)
	b.ReportAllocs()
	b.SetBytes(int64(4 * len(labels)))
	for b.Loop() {
		raster.Regions(labels, side, unit)
	}
}

func BenchmarkRegions500(b *testing.B)  { benchmarkRegions(b, 500) }
func BenchmarkRegions5000(b *testing.B) { benchmarkRegions(b, 5000) }
