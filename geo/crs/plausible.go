package crs

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Fits tells whether coordinates can be in the system they are said to be in:
// degrees that are a longitude and a latitude, metres that lead to a place on
// Earth and back, and for systems that serve a zone a place not too far from it.
// It knows no more than that: coordinates of the neighbouring zone fit.
func Fits(name string, e geo.Extent) bool {
	if e.IsEmpty() {
		return true
	}
	t, err := New(name, WGS84)
	if err != nil {
		return false
	}
	if t.pj == nil || t.geographic() {
		return degrees(e)
	}
	if degrees(e) {
		return false // these are degrees; as metres they would lie at the system's very origin
	}
	for _, p := range []orb.Point{e.Centre(), {e.MinX, e.MinY}, {e.MaxX, e.MaxY}, {e.MinX, e.MaxY}, {e.MaxX, e.MinY}} {
		if !t.fits(p, zoned(name)) {
			return false
		}
	}
	return true
}

// Geographic tells whether a system has longitude and latitude in degrees.
func Geographic(name string) (bool, error) {
	t, err := New(name, WGS84)
	if err != nil {
		return false, err
	}
	return t.pj == nil || t.geographic(), nil
}

func degrees(e geo.Extent) bool {
	return e.MinX >= -180 && e.MaxX <= 180 && e.MinY >= -90 && e.MaxY <= 90
}

// geographic tells whether the source system has degrees: then a place there is
// nearly the same numbers in the target.
func (t *Transform) geographic() bool {
	p, err := t.ForwardPoint(orb.Point{100, 30})
	return err == nil && math.Abs(p[0]-100) < 0.1 && math.Abs(p[1]-30) < 0.1
}

// maxScaleError is how far the scale of a zone's system may be off where it is
// used. Transverse Mercator reaches it some 600 km from the central meridian; the
// next zone with another prefix is 1000 km off.
const maxScaleError = 0.005

// fits tells whether a projected point leads to a place on Earth and back; for a
// zone, also whether a hundred metres there are a hundred metres.
func (t *Transform) fits(p orb.Point, zone bool) bool {
	q, err := t.ForwardPoint(p)
	if err != nil || !degrees(geo.ExtentOf(q)) {
		return false
	}
	back, err := t.InversePoint(q)
	if err != nil || geo.Distance(back, p) > 1 {
		return false
	}
	if !zone {
		return true
	}
	const step = 100.0
	r, err := t.ForwardPoint(orb.Point{p[0] + step, p[1]})
	return err == nil && math.Abs(groundDistance(q, r)/step-1) < maxScaleError
}

// groundDistance of two near places in degrees, in metres, on the WGS 84
// ellipsoid by its two radii of curvature.
func groundDistance(a, b orb.Point) float64 {
	const semiMajor, eccentricity2 = 6378137.0, 0.00669437999014
	lat := (a[1] + b[1]) / 2 * math.Pi / 180
	w := 1 - eccentricity2*math.Sin(lat)*math.Sin(lat)
	north := (b[1] - a[1]) * math.Pi / 180 * semiMajor * (1 - eccentricity2) / math.Pow(w, 1.5)
	east := (b[0] - a[0]) * math.Pi / 180 * semiMajor / math.Sqrt(w) * math.Cos(lat)
	return math.Hypot(east, north)
}

// zoned tells whether a code is one of the systems in metres that serve a zone:
// Gauss-Krüger on CGCS2000, Xian 80 and Beijing 54, UTM, and the French zones.
func zoned(name string) bool {
	code, ok := epsg(name)
	if !ok {
		return false
	}
	for _, span := range [][2]int{{4491, 4554}, {2327, 2442}, {21413, 21423}, {32601, 32660}, {32701, 32760}, {25828, 25838}, {2154, 2154}, {3942, 3950}} {
		if code >= span[0] && code <= span[1] {
			return true
		}
	}
	return false
}

func epsg(name string) (int, bool) {
	number, ok := strings.CutPrefix(strings.ToUpper(name), "EPSG:")
	if !ok {
		return 0, false
	}
	code, err := strconv.Atoi(number)
	return code, err == nil
}

// Guess is a system in which coordinates would make sense.
type Guess struct {
	// Code names the system; empty when the axes are swapped, which no code mends.
	Code string
	// Place is where the middle of the data would be, in degrees.
	Place orb.Point
	// Swapped tells that the numbers are north first, east second.
	Swapped bool
}

// Guesses lists systems that coordinates may be in, the likeliest first, judged by
// their size alone. It is for advice to a person, never for a decision.
func Guesses(e geo.Extent) []Guess {
	if e.IsEmpty() {
		return nil
	}
	var out []Guess
	for _, code := range codesBySize(e) {
		if g, ok := guess(code, e); ok {
			out = append(out, g)
		}
	}
	turned := geo.Extent{MinX: e.MinY, MinY: e.MinX, MaxX: e.MaxY, MaxY: e.MaxX}
	if len(out) > 0 {
		return out
	}
	for _, code := range append([]string{WGS84}, codesBySize(turned)...) {
		if g, ok := guess(code, turned); ok {
			g.Swapped = true
			out = append(out, g)
		}
	}
	return out
}

func guess(code string, e geo.Extent) (Guess, bool) {
	if !Fits(code, e) {
		return Guess{}, false
	}
	t, err := New(code, WGS84)
	if err != nil {
		return Guess{}, false
	}
	place, err := t.ForwardPoint(e.Centre())
	return Guess{Code: code, Place: place}, err == nil
}

// codesBySize lists codes that numbers of this size are found in.
func codesBySize(e geo.Extent) []string {
	c := e.Centre()
	x, y := c[0], c[1]
	var out []string
	add := func(code int) { out = append(out, fmt.Sprintf("EPSG:%d", code)) }
	if degrees(e) {
		out = append(out, WGS84)
	}
	chinese := y > 1.9e6 && y < 6e6
	switch {
	case chinese && x >= 25e6 && x < 46e6: // 3° zones 25 to 45, zone in front
		add(4513 + int(x/1e6) - 25)
	case chinese && x >= 13e6 && x < 24e6 && math.Mod(x, 1e6) > 1e5 && math.Mod(x, 1e6) < 9e5: // 6° zones
		add(4491 + int(x/1e6) - 13)
	case chinese && x > 1e5 && x < 9e5: // without zone: Shandong first
		for _, code := range []int{4548, 4549, 4547, 32650, 32651} {
			add(code)
		}
	}
	if x > 0 && x < 1.4e6 && y > 6.0e6 && y < 7.3e6 {
		add(2154) // Lambert-93
	}
	if zone := int(y / 1e6); x > 1e6 && x < 2.5e6 && zone >= 1 && zone <= 9 && math.Mod(y, 1e6) < 5e5 {
		add(3941 + zone) // French conformal conics, CC42 to CC50
	}
	if math.Abs(x) > 1000 && math.Abs(x) < 20037509 && math.Abs(y) > 1000 && math.Abs(y) < 20048967 {
		add(3857)
	}
	return out
}
