package demo_test

import (
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"yiju/data/demo"
	"yiju/geo"
)

// The figures are those of the published acceptance table of a real community;
// the row is the row of that table.
func TestPublishedFigures(t *testing.T) {
	buildings, devices, cameras := scene(t, "buildings"), scene(t, "devices"), scene(t, "cameras")
	compounds, facilities := scene(t, "compounds"), scene(t, "facilities")
	dwellings := only(buildings, func(f *geo.Feature) bool { return f.Attributes["households"] != nil })
	place := community(t)
	lamps := inside(where(devices, "kind", "lamp"), place.Geometry)
	gates := where(scene(t, "entrances"), "kind", "compound_gate")
	number := func(f geo.Feature, name string) float64 { n, _ := f.Number(name); return n }
	count := func(f []geo.Feature) float64 { return float64(len(f)) }
	rate := func(f []geo.Feature, name string) float64 { return 100 * count(where(f, name, true)) / count(f) }
	tests := []struct {
		row, name string
		got, want float64
	}{
		{"1", "households by building", sum(buildings, "households"), 4379},
		{"1", "households by compound", sum(compounds, "households"), 4379},
		{"1", "households of the community", number(place, "households"), 4379},
		{"1", "with gigabit fibre", sum(buildings, "gigabit_households"), 4379},
		{"2", "hectares, to the third decimal of a square kilometre", math.Round(geo.Area(place.Geometry)/1000) / 10, 41.3},
		{"3", "with cable or network television", sum(buildings, "tv_households"), 4379},
		{"4.1", "% of cameras networked", rate(cameras, "networked"), 96},
		{"4.1", "% of cameras working", rate(cameras, "working"), 80},
		{"4.2", "% of cameras on the platform", rate(cameras, "on_platform"), 85},
		{"4.3", "% of cameras with right records", 100 * count(only(cameras, rightRecord)) / count(cameras), 95},
		{"5", "public lamps", count(lamps), 109},
		{"5", "smart lamps", count(where(lamps, "smart", true)), 85},
		{"5", "lamps outside the community", count(where(devices, "kind", "lamp")) - count(lamps), 0},
		{"6", "compounds", count(compounds), 2},
		{"6", "with e-bike parking", count(where(compounds, "ebike_parking", true)), 2},
		{"6", "with smart e-bike charging", count(where(compounds, "ebike_smart_charging", true)), 2},
		{"7", "smart meters", sum(buildings, "smart_meters"), 4379},
		{"9", "service centres", count(inside(where(facilities, "category", "service/service_centre"), place.Geometry)), 1},
		{"10", "% aged 60 and over", 100 * number(place, "residents_60plus") / number(place, "residents"), 13.5},
		{"10", "residents by building", sum(buildings, "residents"), number(place, "residents")},
		{"10", "elders by building", sum(buildings, "residents_60plus"), number(place, "residents_60plus")},
		{"11.1", "reading corners and book cabinets", count(inside(where(facilities, "category", "service/reading_room"), place.Geometry)), 2},
		{"13.2", "compounds with smart waste sorting", count(where(compounds, "waste_smart", true)), 2},
		{"15", "gated compounds", count(where(compounds, "gated", true)), 2},
		{"15", "gates without access control for persons", count(gates) - count(where(gates, "access_person", true)), 0},
		{"15", "gates without access control for vehicles", count(gates) - count(where(gates, "access_vehicle", true)), 0},
		{"16", "compounds with a perimeter guard", count(only(compounds, func(f *geo.Feature) bool { g, _ := f.Text("perimeter_guard"); return g != "" && g != "none" })), 2},
		{"17", "dwellings of twelve floors and more", count(only(where(buildings, "use", "residential"), func(f *geo.Feature) bool { n, ok := f.Number("floors"); return !ok || n >= 12 })), 0},
		{"19.2", "lifts in dwellings of the community", count(dwellings) - count(where(dwellings, "lift", false)), 0},
		{"20", "dwellings of the community without fire alarm", count(dwellings) - count(where(dwellings, "fire_alarm", true)), 0},
	}
	for _, test := range tests {
		t.Run(test.row+" "+test.name, func(t *testing.T) {
			if math.Abs(test.got-test.want) > 1e-9 {
				t.Errorf("got %g, want %g", test.got, test.want)
			}
		})
	}
	for _, kind := range []string{"locker", "waste_bin", "water_dispenser"} {
		if len(inside(where(devices, "kind", kind), place.Geometry)) == 0 {
			t.Errorf("row 12: no %s in the community", kind)
		}
	}
}

func TestCommunityArea(t *testing.T) {
	const want_m2, tolerance = 413_000, 0.0005
	if got := geo.Area(community(t).Geometry); math.Abs(got-want_m2) > want_m2*tolerance {
		t.Errorf("the community has %.1f m², want %d ± %.2f %%", got, want_m2, 100*tolerance)
	}
}

// rightRecord tells whether the record of a camera is in order: a code of 20
// digits that begins with its division and names a camera, a name, the division
// of the community, a registered place within 20 m of the real one.
func rightRecord(f *geo.Feature) bool {
	code, _ := f.Text("code")
	name, _ := f.Text("name")
	adcode, _ := f.Text("adcode")
	return regexp.MustCompile(`^\d{10}13[12]\d{7}$`).MatchString(code) && strings.HasPrefix(code, adcode) && adcode == "370902" &&
		name != "" && registeredWhereItIs(f)
}

// camerasInDegrees are the cameras by id, as the files have them.
var camerasInDegrees = sync.OnceValue(func() map[string]geo.Feature {
	degrees, err := demo.Features("cameras")
	if err != nil {
		panic(err)
	}
	return byID(degrees)
})

func registeredWhereItIs(f *geo.Feature) bool {
	lon, _ := f.Number("lon")
	lat, _ := f.Number("lat")
	at := camerasInDegrees()[f.ID].Geometry.(orb.Point)
	const metresPerDegree = 111_000
	return math.Hypot((at[0]-lon)*metresPerDegree*math.Cos(at[1]*math.Pi/180), (at[1]-lat)*metresPerDegree) < 20
}

func TestCamerasAreNumbered(t *testing.T) {
	seen := make(map[string]string)
	for _, f := range scene(t, "cameras") {
		code := text(f, "code")
		if other, twice := seen[code]; twice {
			t.Errorf("%s and %s have the code %s", other, f.ID, code)
		}
		seen[code] = f.ID
		if on, _ := f.Bool("on_platform"); on {
			if networked, _ := f.Bool("networked"); !networked {
				t.Errorf("%s is on the platform without being networked", f.ID)
			}
		}
	}
}

// Every compound's own count is the sum of its buildings.
func TestHouseholdsAddUp(t *testing.T) {
	for _, c := range scene(t, "compounds") {
		own := inside(scene(t, "buildings"), c.Geometry)
		want, _ := c.Number("households")
		if got := sum(own, "households"); got != want {
			t.Errorf("%s: its buildings have %g households, it says %g", text(c, "name"), got, want)
		}
	}
	for _, f := range scene(t, "buildings") {
		households, known := f.Number("households")
		if !known {
			continue
		}
		floors, _ := f.Number("floors")
		units, _ := f.Extra["units"].(int64)
		perLanding := households / floors / float64(units)
		if perLanding < 1.8 || perLanding > 3 {
			t.Errorf("%s: %g households on %g floors of %d units", f.ID, households, floors, units)
		}
	}
}
