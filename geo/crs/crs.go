// Package crs changes coordinates between reference systems and names the
// working CRS of a place: the system of metres in which everything there is
// measured. Axis order is always x, y: longitude then latitude, easting then
// northing, whatever the official definition of a system says.
package crs

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-proj/v11"

	"yiju/geo"
)

// WGS84 is the code of the coordinates that stores hold.
const WGS84 = "EPSG:4326"

// Working names the working CRS of a place given in degrees: inside China the
// CGCS2000 3-degree Gauss-Krüger zone without prefix (EPSG:4534 for the central
// meridian 75°E to EPSG:4554 for 135°E), elsewhere the UTM zone on WGS 84.
func Working(lonLat orb.Point) (string, error) {
	lon, lat := lonLat[0], lonLat[1]
	switch {
	case !(lon >= -180 && lon <= 180 && lat >= -80 && lat <= 84):
		return "", geo.Refuse(
			geo.Tf("位置 (%g, %g) 不是可用的经纬度", "(%g, %g) is not a usable longitude and latitude", lon, lat),
			geo.T("检查坐标顺序和坐标系", "check the order of the coordinates and their CRS"))
	case lon >= 73.5 && lon < 136.5 && lat >= 3 && lat <= 53.6:
		zone := int(math.Round((lon - 75) / 3))
		return fmt.Sprintf("EPSG:%d", 4534+zone), nil
	}
	zone := min(int((lon+180)/6)+1, 60)
	if lat < 0 {
		return fmt.Sprintf("EPSG:%d", 32700+zone), nil
	}
	return fmt.Sprintf("EPSG:%d", 32600+zone), nil
}

// Transform changes coordinates from one CRS to another and back. It may be used
// by several goroutines; they take turns.
type Transform struct {
	from, to string
	mu       sync.Mutex
	pj       *proj.PJ
}

// New prepares a transform between two systems named as PROJ takes them, such as
// "EPSG:4548". The systems must both be two-dimensional or have a horizontal part.
// It takes tens of milliseconds: make one and keep it.
func New(from, to string) (*Transform, error) {
	if from == to {
		return &Transform{from: from, to: to}, nil
	}
	ctx := proj.NewContext()
	ctx.SetLogLevel(proj.LogLevelNone)
	for _, name := range []string{from, to} {
		if !known(ctx, name) {
			return nil, geo.Refuse(
				geo.Tf("不认识坐标系 %q", "the coordinate system %q is not known", name),
				geo.T("请给出 EPSG 代码，例如 EPSG:4548", "give an EPSG code, such as EPSG:4548"))
		}
	}
	pj, err := ctx.NewCRSToCRS(from, to, nil)
	if err != nil {
		return nil, fmt.Errorf("crs.New(%q, %q): %w", from, to, err)
	}
	norm, err := pj.NormalizeForVisualization()
	if err != nil {
		return nil, fmt.Errorf("crs.New(%q, %q): %w", from, to, err)
	}
	return &Transform{from: from, to: to, pj: norm}, nil
}

func known(ctx *proj.Context, name string) bool {
	if !strings.Contains(name, ":") && !strings.Contains(name, "[") && !strings.HasPrefix(name, "+") {
		return false
	}
	pj, err := ctx.New(name)
	return err == nil && pj.IsCRS()
}

// From and To name the two systems.
func (t *Transform) From() string { return t.from }

// To names the system that Forward gives.
func (t *Transform) To() string { return t.to }

// Forward returns a copy of g in the target system. A point that the target
// system cannot show is an error; nothing is returned as infinity.
func (t *Transform) Forward(g orb.Geometry) (orb.Geometry, error) {
	return t.apply(g, proj.DirectionFwd)
}

// Inverse returns a copy of g, given in the target system, in the source system.
func (t *Transform) Inverse(g orb.Geometry) (orb.Geometry, error) {
	return t.apply(g, proj.DirectionInv)
}

// ForwardPoint is Forward for one point.
func (t *Transform) ForwardPoint(p orb.Point) (orb.Point, error) {
	g, err := t.Forward(p)
	if err != nil {
		return orb.Point{}, err
	}
	return g.(orb.Point), nil
}

// InversePoint is Inverse for one point.
func (t *Transform) InversePoint(p orb.Point) (orb.Point, error) {
	g, err := t.Inverse(p)
	if err != nil {
		return orb.Point{}, err
	}
	return g.(orb.Point), nil
}

// ForwardFeatures replaces the geometries of the features by their Forward. The
// features are changed in place; their geometries are fresh copies. All points go
// through PROJ in one call, which is many times faster than feature by feature.
func (t *Transform) ForwardFeatures(features []geo.Feature) error {
	return t.applyFeatures(features, proj.DirectionFwd)
}

// InverseFeatures is ForwardFeatures the other way.
func (t *Transform) InverseFeatures(features []geo.Feature) error {
	return t.applyFeatures(features, proj.DirectionInv)
}

func (t *Transform) applyFeatures(features []geo.Feature, dir proj.Direction) error {
	var flat []float64
	for i := range features {
		geo.EachPoint(features[i].Geometry, func(p orb.Point) { flat = append(flat, p[0], p[1]) })
	}
	before := flat[:len(flat):len(flat)]
	if t.pj != nil {
		before = append([]float64(nil), flat...)
	}
	if err := t.run(flat, dir); err != nil {
		return err
	}
	at := 0
	for i := range features {
		start := at
		g, err := take(features[i].Geometry, flat, before, &at)
		if err != nil {
			return t.outside(features[i].ID, before[start:at])
		}
		features[i].Geometry = g
	}
	return nil
}

func (t *Transform) apply(g orb.Geometry, dir proj.Direction) (orb.Geometry, error) {
	one := []geo.Feature{{Geometry: g}}
	if err := t.applyFeatures(one, dir); err != nil {
		return nil, err
	}
	return one[0].Geometry, nil
}

func (t *Transform) run(flat []float64, dir proj.Direction) error {
	if t.pj == nil || len(flat) == 0 {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// An error here means that some point failed; such points come back infinite
	// and are reported by feature afterwards.
	if err := t.pj.TransFlatCoords(dir, flat, 2, -1, -1); err != nil && !anyInfinite(flat) {
		return fmt.Errorf("crs: %s to %s: %w", t.from, t.to, err)
	}
	return nil
}

func anyInfinite(flat []float64) bool {
	for _, v := range flat {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return true
		}
	}
	return false
}

var errInfinite = fmt.Errorf("crs: point outside the system")

// take rebuilds g from the coordinates at *at and moves *at past them.
func take(g orb.Geometry, flat, before []float64, at *int) (orb.Geometry, error) {
	start := *at
	out := geo.MapPoints(g, func(orb.Point) orb.Point {
		p := orb.Point{flat[*at], flat[*at+1]}
		*at += 2
		return p
	})
	if anyInfinite(flat[start:*at]) {
		return nil, errInfinite
	}
	return out, nil
}

func (t *Transform) outside(id string, coordinates []float64) error {
	x, y := math.NaN(), math.NaN()
	if len(coordinates) > 1 {
		x, y = coordinates[0], coordinates[1]
	}
	return geo.Refuse(
		geo.Tf("要素 %q 的坐标 (%g, %g) 无法从 %s 转换到 %s", "feature %q at (%g, %g) cannot be changed from %s to %s", id, x, y, t.from, t.to),
		geo.T("检查文件声明的坐标系是否正确", "check whether the file's declared CRS is right"))
}
