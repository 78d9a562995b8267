package overlay_test

import (
	"database/sql"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	_ "github.com/lib/pq" // the driver
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiju/geo"
	"yiju/geo/overlay"
)

// postgis opens the server that scripts/postgis gives.
func postgis(t *testing.T) *sql.DB {
	t.Helper()
	url := os.Getenv("YIJU_TEST_POSTGRES")
	if url == "" {
		if os.Getenv("YIJU_REQUIRE_POSTGIS") != "" {
			t.Fatal("YIJU_REQUIRE_POSTGIS is set, YIJU_TEST_POSTGRES is not")
		}
		t.Skip("no PostGIS; run with scripts/postgis run go test …")
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// numbers asks PostGIS one question about two geometries.
func numbers(t *testing.T, db *sql.DB, question string, n int, args ...any) []float64 {
	t.Helper()
	for i, a := range args {
		if g, ok := a.(orb.Geometry); ok {
			args[i] = wkb.MustMarshal(g)
		}
	}
	out, targets := make([]float64, n), make([]any, n)
	for i := range out {
		targets[i] = &out[i]
	}
	if err := db.QueryRow(question, args...).Scan(targets...); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return out
}

// star is a polygon around a centre that does not cross itself.
func star(rng *rand.Rand, centre orb.Point, radius float64, corners int) orb.Ring {
	ring := make(orb.Ring, 0, corners+1)
	for i := range corners {
		a := (float64(i) + 0.9*rng.Float64()) / float64(corners) * 2 * math.Pi
		r := radius * (0.4 + 0.6*rng.Float64())
		ring = append(ring, orb.Point{centre[0] + r*math.Cos(a), centre[1] + r*math.Sin(a)})
	}
	return append(ring, ring[0])
}

// areas is a valid area such as maps hold, in metres far from the origin: a single
// one, a holed one, or two in one.
func areas(rng *rand.Rand) orb.Geometry {
	centre := orb.Point{512_000 + 200*rng.Float64(), 4_056_000 + 200*rng.Float64()}
	shell := star(rng, centre, 100, 3+rng.IntN(40))
	switch rng.IntN(3) {
	case 0:
		return orb.Polygon{shell}
	case 1:
		// With twelve corners the edges stay 35 m from the centre, outside the hole.
		shell = star(rng, centre, 100, 12+rng.IntN(40))
		return orb.Polygon{shell, star(rng, centre, 20, 3+rng.IntN(9))}
	}
	return orb.MultiPolygon{{shell}, {star(rng, orb.Point{centre[0] + 201, centre[1]}, 100, 3+rng.IntN(9))}}
}

func TestAgainstPostGIS(t *testing.T) {
	db := postgis(t)
	rng := rand.New(rand.NewPCG(11, 12))
	// The question answers, in this order, what the Go side computes below.
	const question = `SELECT ST_Area(a), ST_Perimeter(a), ST_X(ST_Centroid(a)), ST_Y(ST_Centroid(a)),
		ST_Area(ST_Intersection(a, b)), ST_Area(ST_Union(a, b)), ST_Area(ST_Difference(a, b)),
		ST_Area(ST_Buffer(a, 5, 'quad_segs=8')), ST_Area(ST_Buffer(a, -5, 'quad_segs=8')), ST_Distance(a, p),
		(ST_Covers(a, p))::int, (ST_Intersects(a, b))::int, (ST_IsValid(a))::int,
		ST_Length(ST_Intersection(ST_MakeLine(p, ST_Centroid(a)), a))
		FROM (SELECT ST_GeomFromWKB($1) a, ST_GeomFromWKB($2) b, ST_GeomFromWKB($3) p) q`
	names := []string{"area", "perimeter", "centroid x", "centroid y", "intersection", "union", "difference",
		"buffer", "inner buffer", "distance", "covers", "intersects", "valid", "line within"}
	met, covered := 0, 0
	for i := range 200 {
		a, b := areas(rng), areas(rng)
		p := orb.Point{512_000 + 200*rng.Float64(), 4_056_000 + 200*rng.Float64()}
		if i%10 == 0 { // on a vertex
			p = geo.Polygons(a)[0][0][1]
		}
		want := numbers(t, db, question, len(names), a, b, p)
		got := measures(t, a, b, p)
		for k := range want {
			if math.Abs(got[k]-want[k]) > 1e-6+1e-9*math.Abs(want[k]) {
				t.Errorf("pair %d: %s %v, PostGIS says %v\na %v\nb %v\np %v", i, names[k], got[k], want[k], a, b, p)
			}
		}
		met, covered = met+int(got[11]), covered+int(got[10])
	}
	if met < 50 || covered < 40 {
		t.Errorf("%d pairs meet and %d points are covered; the corpus shows little", met, covered)
	}
}

func measures(t *testing.T, a, b orb.Geometry, p orb.Point) []float64 {
	t.Helper()
	must := func(g orb.Geometry, err error) orb.Geometry {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	yes := func(v bool) float64 {
		if v {
			return 1
		}
		return 0
	}
	c, _ := geo.Centroid(a)
	meet, err := overlay.Intersects(a, b)
	if err != nil {
		t.Fatal(err)
	}
	reason, err := overlay.Invalid(a)
	if err != nil {
		t.Fatal(err)
	}
	var perimeter float64
	distance := math.Inf(1)
	for _, poly := range geo.Polygons(a) {
		for _, ring := range poly {
			perimeter += geo.Length(orb.LineString(ring))
			distance = min(distance, geo.NearestOnLine(orb.LineString(ring), p).Dist)
		}
	}
	if geo.Inside(a, p) {
		distance = 0
	}
	return []float64{
		geo.Area(a), perimeter, c[0], c[1],
		geo.Area(must(overlay.Intersection(a, b))), geo.Area(must(overlay.Union(a, b))), geo.Area(must(overlay.Difference(a, b))),
		geo.Area(must(overlay.Buffer(a, 5, overlay.Round))), geo.Area(must(overlay.Buffer(a, -5, overlay.Round))), distance,
		yes(geo.Inside(a, p)), yes(meet), yes(reason == ""),
		geo.Length(must(overlay.Intersection(orb.LineString{p, c}, a))),
	}
}

// What cannot be used as it is must be repaired to the same area as PostGIS does.
func TestRepairAgainstPostGIS(t *testing.T) {
	db := postgis(t)
	rng := rand.New(rand.NewPCG(13, 14))
	for i := range 100 {
		g := crossing(rng)
		repaired, err := overlay.MakeValid(g)
		if err != nil {
			t.Fatal(err)
		}
		reason, err := overlay.Invalid(repaired)
		if err != nil || reason != "" {
			t.Errorf("polygon %d: repaired, yet %s %v", i, reason, err)
		}
		want := numbers(t, db, `SELECT ST_Area(ST_MakeValid(ST_GeomFromWKB($1), 'method=structure keepcollapsed=false'))`, 1, g)[0]
		if got := geo.Area(repaired); math.Abs(got-want) > 1e-9 {
			t.Errorf("polygon %d: area %v, PostGIS says %v\n%v", i, got, want, g)
		}
	}
}

// WKB in every notation that PostGIS writes is read to what it means.
func TestWKBFromPostGIS(t *testing.T) {
	db := postgis(t)
	for _, wkt := range []string{
		"POINT(1 2)", "POINT Z(1 2 3)", "POINT ZM(1 2 3 4)", "POINT EMPTY", "MULTIPOINT((1 2),(3 4))", "MULTIPOINT(EMPTY,(3 4))",
		"LINESTRING(1 2,3 4)", "LINESTRING Z(1 2 9,3 4 8)", "LINESTRING M(1 2 9,3 4 8)", "LINESTRING ZM(1 2 9 7,3 4 8 7)", "LINESTRING EMPTY",
		"POLYGON((0 0,1 0,1 1,0 0))", "POLYGON Z((0 0 5,1 0 5,1 1 5,0 0 5))", "POLYGON((0 0,9 0,9 9,0 0),(5 1,8 1,8 4,5 1))",
		"MULTILINESTRING Z((0 0 5,1 0 5),(1 1 5,0 0 5))", "MULTIPOLYGON ZM(((0 0 5 1,1 0 5 1,1 1 5 1,0 0 5 1)))",
		"GEOMETRYCOLLECTION Z(POINT Z(1 2 3),GEOMETRYCOLLECTION Z(LINESTRING Z(1 2 3,4 5 6)))", "GEOMETRYCOLLECTION EMPTY",
	} {
		for _, form := range []string{
			"ST_AsBinary(g, 'NDR')", "ST_AsBinary(g, 'XDR')", "ST_AsEWKB(g, 'NDR')", "ST_AsEWKB(ST_SetSRID(g, 4326), 'XDR')",
		} {
			var b []byte
			var points int
			var hasZ bool
			err := db.QueryRow("SELECT "+form+", ST_NPoints(g), ST_Zmflag(g) & 2 > 0 AND GeometryType(g) = 'LINESTRING' FROM ST_GeomFromText($1) g", wkt).Scan(&b, &points, &hasZ)
			if err != nil {
				t.Fatalf("%s of %s: %v", form, wkt, err)
			}
			var f geo.Feature
			if err := f.UnmarshalWKB(b); err != nil {
				t.Errorf("%s of %s: %v", form, wkt, err)
				continue
			}
			n := 0
			geo.EachPoint(f.Geometry, func(orb.Point) { n++ })
			if n != points || (f.Z != nil) != hasZ {
				t.Errorf("%s of %s: %v with heights %v, want %d vertices, heights %v", form, wkt, f.Geometry, f.Z, points, hasZ)
			}
			if f.Geometry == nil {
				continue
			}
			back, err := f.MarshalWKB()
			if err != nil {
				t.Fatal(err)
			}
			var same bool
			if err := db.QueryRow("SELECT ST_OrderingEquals(ST_Force2D(ST_GeomFromWKB($1)), ST_Force2D(ST_GeomFromText($2))) OR position('EMPTY' IN $2) > 0", back, wkt).Scan(&same); err != nil || !same {
				t.Errorf("%s of %s comes back as %v: %v", form, wkt, f.Geometry, err)
			}
		}
	}
}
