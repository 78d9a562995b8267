package metric

import (
	"strconv"

	"github.com/paulmach/orb"
)

func buildingExamples() map[string][]example {
	lack := func(what, n string) string {
		return "lacks features of layer buildings that do not tell " + what + ": " + n
	}
	const renewedUntold, bimUntold, liftUntold, floorsUntold = "whether they were renewed", "whether they have a BIM model", "whether they have a lift", "the number of floors"
	six := numbered("floors", 6)
	return map[string][]example{
		"buildings.fire_alarm_share": {
			{name: "known", in: town("", house(1, "use=residential fire_alarm=true"), house(2, "use=residential fire_alarm=false"), house(3, "use=school fire_alarm=false"), far("use=residential fire_alarm=false")), want: "50 = 1/2; made b1; failed b2"},
			// The third may be a dwelling: 1 of 3, or 1 of 2.
			{name: "use unknown", in: town("", house(1, "use=residential fire_alarm=true"), house(2, "use=residential fire_alarm=false"), house(3, "fire_alarm=false")),
				want: "? 33.3333..50 = 1/3; made b1; failed b2; unknown b3; " + noUse + "1"},
			// It may be a dwelling with an alarm, one without, or none: 1 of 3 to 2 of 3.
			{name: "nothing known of one", in: town("", house(1, "use=residential fire_alarm=true"), house(2, "use=residential fire_alarm=false"), house(3, "")),
				want: "? 33.3333..66.6667 = 1/3; made b1; failed b2; unknown b3; " + noUse + "1; " + lack("whether they have a fire alarm", "1")},
			{name: "no dwelling", in: town("", house(1, "use=school")), want: "? = 0/0"},
			{name: "no building", in: town("", far("use=residential fire_alarm=true")), want: "?; " + noHouses},
		},
		"buildings.lift_count": {
			{name: "known", in: town("", house(1, "use=residential lift=true"), house(2, "use=residential lift=false"), house(3, "use=office lift=true")), want: "1; made b1"},
			{name: "none", in: town("", house(1, "use=residential lift=false")), want: "0"},
			// b2 may have one; b3 may be a dwelling, b4 has none whatever it is.
			{name: "unknown", in: town("", house(1, "use=residential lift=true"), house(2, "use=residential"), house(3, "lift=true"), house(4, "lift=false")),
				want: "? 1..3; made b1; unknown b2 b3; " + lack(liftUntold, "1") + "; " + noUse + "1"},
			{name: "no building", in: town(""), want: "?; " + noHouses},
		},
		"lifts.equipped_share": {
			{name: "known", params: six, in: town("", house(1, "use=residential floors=6 lift=true"), house(2, "use=residential floors=7 lift=false"), house(3, "use=residential floors=5 lift=false"), house(4, "use=office floors=9 lift=true")), want: "50 = 1/2; made b1; failed b2"},
			{name: "none so high", params: six, in: town("", house(1, "use=residential floors=5")), want: "? = 0/0"},
			// Of b2 floors are not known; 14.9 m of b3 are too low for six of them.
			{name: "floors unknown", params: six, in: town("", house(1, "use=residential floors=6 lift=true"), house(2, "use=residential lift=false"), house(3, "use=residential height_m=14.9 lift=false")),
				want: "? 50..100 = 1/2; made b1; unknown b2; " + lack(floorsUntold, "1")},
			{name: "parameter not set", in: town("", house(1, "use=residential floors=6 lift=true")), want: `?; lacks parameter "least number of floors" is not set`},
			{name: "no building", params: six, in: town(""), want: "?; " + noHouses},
		},
		"buildings.high_rise_count": {
			{name: "known", params: numbered("floors", 12), in: town("", house(1, "use=residential floors=12"), house(2, "use=residential floors=11"), house(3, "use=office floors=30")), want: "1; made b1"},
			{name: "none", params: numbered("floors", 12), in: town("", house(1, "use=residential floors=6")), want: "0"},
			{name: "unknown", params: numbered("floors", 12), in: town("", house(1, "use=residential floors=12"), house(2, "use=residential"), house(3, "floors=20"), house(4, "use=school"), house(5, "use=residential height_m=20.5")),
				want: "? 1..3; made b1; unknown b2 b3; " + lack(floorsUntold, "1") + "; " + noUse + "1"},
			{name: "no building", params: numbered("floors", 12), in: town(""), want: "?; " + noHouses},
		},
		"buildings.renewed_share": {
			{name: "known", in: town("", house(1, "renewed=true"), house(2, "renewed=false"), house(3, "renewed=false"), house(4, "renewed=false use=school")), want: "25 = 1/4; made b1; failed b2 b3 b4"},
			{name: "unknown", in: town("", house(1, "renewed=true"), house(2, "")), want: "? 50..100 = 1/2; made b1; unknown b2; " + lack(renewedUntold, "1")},
		},
		"buildings.renewed_bim_share": {
			{name: "known", in: town("", house(1, "renewed=true bim=true"), house(2, "renewed=true bim=false"), house(3, "renewed=false bim=false")), want: "50 = 1/2; made b1; failed b2"},
			{name: "none renewed", in: town("", house(1, "renewed=false bim=true")), want: "? = 0/0"},
			{name: "unknown", in: town("", house(1, "renewed=true"), house(2, "bim=false")), want: "? 0..100 = 0/2; unknown b1 b2; " + lack(bimUntold, "1") + "; " + lack(renewedUntold, "1")},
			{name: "no building", in: town(""), want: "?; " + noHouses},
		},
		"buildings.bim_share": {
			{name: "known", in: town("", house(1, "bim=true"), house(2, "bim=false")), want: "50 = 1/2; made b1; failed b2"},
			{name: "unknown", in: town("", house(1, "")), want: "? 0..100 = 0/1; unknown b1; " + lack(bimUntold, "1")},
		},
		"buildings.retrofitted_area_share": {
			// 100 m² each: 600 of 600 + 200; the school does not count.
			{name: "known", in: town("", house(1, "use=residential floors=6 retrofitted=true"), house(2, "use=residential floors=2 retrofitted=false"), house(3, "use=school floors=4 retrofitted=false")), want: "75 = 600/800; made b1; failed b2"},
			{name: "unknown", in: town("", house(1, "use=residential floors=6 retrofitted=true"), house(2, "use=residential floors=2")),
				want: "? 75..100 = 600/800; made b1; unknown b2; " + lack("whether they were retrofitted", "1")},
			// Without floors there is no floor area, and no bounds.
			{name: "floors unknown", in: town("", house(1, "use=residential floors=6 retrofitted=true"), house(2, "use=residential retrofitted=true")), want: "?; made b1; unknown b2; " + lack(floorsUntold, "1")},
		},
		"buildings.pv_area": {
			{name: "known", in: town("", house(1, "pv_m2=120.5"), house(2, "pv_m2=0"), far("pv_m2=30")), want: "120.5; made b1"},
			{name: "unknown", in: town("", house(1, "pv_m2=120.5"), house(2, "")), want: "?; made b1; unknown b2; " + lack("the photovoltaic area", "1"), notes: []string{"what is known adds up to 120.5 m²"}},
			{name: "no building", in: town(""), want: "?; " + noHouses},
		},
		"cim.share": {
			// 1 of 2 buildings and 1 of 2 pipes; p3 is outside.
			{name: "known", in: town("", house(1, "cim_level=CIM3"), house(2, "cim_level=否"), pipe(1, 100, "in_cim=true"), pipe(2, 100, "in_cim=false"), feature("pipes", "p3", orb.LineString{{2000, 0}, {2100, 0}}, "in_cim=false")),
				want: "50 = 2/4; made b1 p1; failed b2 p2"},
			{name: "unknown", in: town("", house(1, "cim_level=CIM3"), house(2, ""), pipe(1, 100, "in_cim=true"), pipe(2, 100, "")),
				want: "? 50..100 = 2/4; made b1 p1; unknown b2 p2; " + lack("the CIM level", "1") + "; lacks features of layer pipes that do not tell whether they are in the CIM base: 1"},
			{name: "no pipes", in: town("", house(1, "cim_level=CIM3")), want: "?; made b1; lacks layer pipes holds no pipes in the community"},
		},
	}
}

// pipe is p<n>, so many metres long, of which those beyond x = 1000 lie outside.
func pipe(n int, length float64, attributes string) layered {
	y := 600 + 10*float64(n)
	return feature("pipes", "p"+strconv.Itoa(n), orb.LineString{{500, y}, {500 + length, y}}, attributes)
}

func pipeExamples() map[string][]example {
	const whole = "network=water diameter_mm=300 material=PE depth_m=1.5 year=2010"
	none := "?; lacks layer pipes holds no pipes in the community"
	return map[string][]example{
		"pipes.complete_share": {
			// 500 m of the first lie inside, 250 m of each of the others.
			{name: "known", in: town("", pipe(1, 700, whole), pipe(2, 250, "network=gas diameter_mm=100 year=2001"), pipe(3, 250, whole)), want: "75 = 750/1000; made p1 p3; failed p2",
				notes: []string{"length without material: 250.0 m", "length without depth: 250.0 m"}},
			{name: "other fields", params: words("fields", "diameter_mm", "year"), in: town("", pipe(1, 300, whole), pipe(2, 100, "diameter_mm=100 year=2001")), want: "100 = 400/400; made p1 p2"},
			{name: "no pipes", in: town("", feature("pipes", "p1", orb.LineString{{2000, 0}, {2100, 0}}, whole)), want: none},
		},
		"pipes.renewed_share": {
			{name: "known", params: numbered("since_year", 2010), in: town("", pipe(1, 300, "year=2010"), pipe(2, 100, "year=2009")), want: "75 = 300/400; made p1; failed p2"},
			{name: "unknown", params: numbered("since_year", 2010), in: town("", pipe(1, 300, "year=2010"), pipe(2, 100, "")),
				want: "? 75..100 = 300/400; made p1; unknown p2; lacks features of layer pipes that do not tell the year in which they were laid: 1"},
			{name: "no pipes", params: numbered("since_year", 2010), in: town(""), want: none},
		},
	}
}
