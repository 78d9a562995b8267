package metric

import (
	"strconv"

	"github.com/paulmach/orb"

	"yiju/analysis/indicator"
)

// device is d<n>; devices stand in a row.
func device(n int, attributes string) layered {
	return feature("devices", "d"+strconv.Itoa(n), orb.Point{10 * float64(n), 400}, attributes)
}

func deviceExamples() map[string][]example {
	lack := func(what, n string) string {
		return "lacks features of layer devices that do not tell " + what + ": " + n
	}
	none := "?; lacks layer devices holds no devices in the community"
	bins := words("kinds", "waste_bin")
	smartBins := indicator.Params{Words: bins.Words, Numbers: map[string]float64{"smart": 1}}
	return map[string][]example{
		"lamps.smart_share": {
			{name: "known", in: town("", device(1, "kind=lamp smart=true"), device(2, "kind=lamp smart=true"), device(3, "kind=lamp smart=true"), device(4, "kind=lamp smart=false"), device(5, "kind=bench"), feature("devices", "out", orb.Point{1200, 0}, "kind=lamp smart=false")),
				want: "75 = 3/4; made d1 d2 d3; failed d4"},
			{name: "unknown", in: town("", device(1, "kind=lamp smart=true"), device(2, "kind=lamp smart=false"), device(3, "kind=lamp")), want: "? 33.3333..66.6667 = 1/3; made d1; failed d2; unknown d3; " + lack("whether they are smart", "1")},
			// The third may be a lamp that is not smart: 1 of 2, or 1 of 3.
			{name: "kind unknown", in: town("", device(1, "kind=lamp smart=true"), device(2, "kind=lamp smart=false"), device(3, "smart=false")), want: "? 33.3333..50 = 1/3; made d1; failed d2; unknown d3; " + lack("the kind", "1")},
			// Devices, but no lamp among them: lamps were not surveyed.
			{name: "no lamp", in: town("", device(1, "kind=bench")), want: "?; lacks layer devices holds no lamps in the community"},
		},
		"devices.count": {
			{name: "known", params: bins, in: town("", device(1, "kind=waste_bin smart=true"), device(2, "kind=waste_bin"), device(3, "kind=bench")), want: "2; made d1 d2"},
			{name: "none of the kind", params: bins, in: town("", device(1, "kind=bench")), want: "0"},
			{name: "smart ones", params: smartBins, in: town("", device(1, "kind=waste_bin smart=true"), device(2, "kind=waste_bin smart=false"), device(3, "kind=bench smart=true")), want: "1; made d1"},
			{name: "smart unknown", params: smartBins, in: town("", device(1, "kind=waste_bin smart=true"), device(2, "kind=waste_bin")), want: "? 1..2; made d1; unknown d2; " + lack("whether they are smart", "1")},
			{name: "kind unknown", params: bins, in: town("", device(1, "kind=waste_bin"), device(2, "")), want: "? 1..2; made d1; unknown d2; " + lack("the kind", "1")},
			{name: "no device", params: bins, in: town(""), want: none},
		},
		"devices.kinds": {
			{name: "known", params: words("kinds", "locker", "water_dispenser|bench", "screen"), in: town("", device(1, "kind=locker"), device(2, "kind=bench"), device(3, "kind=lamp")), want: "2 = 2/3; made d1 d2", notes: []string{"not there: screen"}},
			{name: "unknown", params: words("kinds", "locker", "screen"), in: town("", device(1, "kind=locker"), device(2, "")), want: "? 1..2 = 1/2; made d1; unknown d2; " + lack("the kind", "1")},
			{name: "no device", params: words("kinds", "locker"), in: town(""), want: none},
		},
		"devices.per_100_households": {
			{name: "known", params: bins, in: town("", device(1, "kind=waste_bin"), device(2, "kind=waste_bin"), house(1, "households=50")), want: "4 = 2/50; made d1 d2"},
			{name: "no household", params: bins, in: town("", device(1, "kind=waste_bin"), house(1, "use=school")), want: "? = 1/0; made d1"},
			{name: "households unknown", params: bins, in: town("households=50", device(1, "kind=waste_bin"), house(1, "")), want: "? = 1/?; made d1; unknown b1; " + noHouseholds + "1"},
			{name: "no device", params: bins, in: town("", house(1, "households=50")), want: "? = ?/50; lacks layer devices holds no devices in the community"},
		},
		"devices.per_gate": {
			{name: "known", params: words("kinds", "screen"), in: town("", device(1, "kind=screen"), gate("g1", 2, 10, "kind=compound_gate"), gate("g2", 2, 20, "kind=compound_gate"), gate("g3", 2, 30, "kind=garage")), want: "0.5 = 1/2; made d1"},
			{name: "no gate", params: words("kinds", "screen"), in: town("", device(1, "kind=screen"), gate("g3", 2, 30, "kind=garage")), want: "? = 1/0; made d1"},
			{name: "no entrance", params: words("kinds", "screen"), in: town("", device(1, "kind=screen")), want: "? = 1/?; made d1; lacks layer entrances holds no entrances in the community"},
		},
		"lockers.cells_per_household": {
			{name: "known", in: town("", device(1, "kind=locker capacity=80"), device(2, "kind=locker capacity=40"), device(3, "kind=bench capacity=3"), house(1, "households=240")), want: "0.5 = 120/240; made d1 d2"},
			{name: "no locker", in: town("", device(3, "kind=bench"), house(1, "households=240")), want: "0 = 0/240"},
			{name: "unknown", in: town("", device(1, "kind=locker capacity=80"), device(2, "kind=locker"), house(1, "households=240")), want: "? = ?/240; made d1; unknown d2; " + lack("the number of cells", "1")},
		},
	}
}

func parkingExamples() map[string][]example {
	lack := func(what, n string) string {
		return "lacks features of layer facilities that do not tell " + what + ": " + n
	}
	near := numbered("clearance_m", 10)
	charger := func(id string, x float64) layered {
		return feature("devices", id, orb.Point{x, 15}, "kind=ebike_charger")
	}
	return map[string][]example{
		"parking.spaces_per_household": {
			{name: "known", in: town("", venue(1, "category=transport/parking capacity=30"), venue(2, "category=transport/bicycle_parking capacity=99"), house(1, "households=40")), want: "0.75 = 30/40; made f1"},
			{name: "unknown", in: town("", venue(1, "category=transport/parking"), house(1, "households=40")), want: "? = ?/40; unknown f1; " + lack("the number of spaces", "1")},
			{name: "nothing", in: town(""), want: "?; lacks layer facilities holds no facilities in the community; " + noHouses},
		},
		"parking.smart_share": {
			{name: "known", in: town("", venue(1, "category=transport/parking capacity=30 smart=true"), venue(2, "category=transport/parking capacity=10 smart=false"), venue(3, "category=care/canteen smart=true capacity=9")), want: "75 = 30/40; made f1; failed f2"},
			{name: "unknown", in: town("", venue(1, "category=transport/parking capacity=30 smart=true"), venue(2, "category=transport/parking capacity=10")), want: "? 75..100 = 30/40; made f1; unknown f2; " + lack("whether they are under smart management", "1")},
			{name: "spaces unknown", in: town("", venue(1, "category=transport/parking capacity=30 smart=true"), venue(2, "category=transport/parking smart=true")), want: "?; made f1; unknown f2; " + lack("the number of spaces", "1")},
			{name: "no car park", in: town("", venue(1, "category=care/canteen")), want: "? = 0/0"},
		},
		"parking.bicycle_spaces": {
			{name: "known", in: town("", venue(1, "category=transport/bicycle_parking capacity=120"), venue(2, "category=transport/parking capacity=9")), want: "120; made f1"},
			{name: "unknown", in: town("", venue(1, "category=transport/bicycle_parking")), want: "?; unknown f1; " + lack("the number of spaces", "1")},
		},
		"chargers.per_space_share": {
			{name: "known", in: town("", device(1, "kind=ev_charger"), device(2, "kind=ev_charger"), device(3, "kind=ebike_charger"), venue(1, "category=transport/parking capacity=40")), want: "5 = 2/40; made d1 d2"},
			{name: "no device", in: town("", venue(1, "category=transport/parking capacity=40")), want: "? = ?/40; lacks layer devices holds no devices in the community"},
			{name: "no car park", in: town("", device(1, "kind=ev_charger"), venue(1, "category=care/canteen")), want: "? = 1/0; made d1"},
		},
		"chargers.fire_clearance_share": {
			// b1 is from x = 20 to 30, the school from 60 to 70: d1 is 10 m away, d2 9 m, d3
			// stands inside; d4 is beside the school.
			{name: "known", params: near, in: town("", house(1, "use=residential"), house(3, "use=school"), charger("d1", 40), charger("d2", 11), charger("d3", 25), charger("d4", 71)), want: "50 = 2/4; made d1 d4; failed d2 d3"},
			// A shop with flats above is lived in.
			{name: "mixed use", params: near, in: town("", house(1, "use=commercial households=4"), charger("d2", 11)), want: "0 = 0/1; failed d2"},
			// Nobody knows what b3 is.
			{name: "unknown", params: near, in: town("", house(1, "use=residential"), house(3, ""), charger("d1", 40), charger("d4", 71)), want: "? 50..100 = 1/2; made d1; unknown d4; lacks chargers beside a building of unknown use: 1"},
			{name: "beyond the boundary", params: near, in: town("", feature("buildings", "b1", square(1001, 10, 10), "use=residential"), charger("d1", 995)), want: "0 = 0/1; failed d1"},
			{name: "no charger", params: near, in: town("", house(1, "use=residential"), device(1, "kind=bench")), want: "? = 0/0"},
			{name: "no building", params: near, in: town("", charger("d1", 40)), want: "?; lacks layer buildings holds no buildings in the community"},
			{name: "parameter not set", in: town("", charger("d1", 40)), want: `?; lacks parameter "least distance" is not set`},
		},
		"greens.irrigated_share": {
			// 100 m² inside of the first, of which half lies outside, and 300 m².
			{name: "known", in: town("", feature("greens", "a", box(990, 0, 1010, 10), "irrigated=true"), feature("greens", "b", box(0, 0, 30, 10), "irrigated=false")), want: "25 = 100/400; made a; failed b"},
			{name: "unknown", in: town("", feature("greens", "a", box(0, 0, 10, 10), "irrigated=true"), feature("greens", "b", box(20, 0, 50, 10), "")),
				want: "? 25..100 = 100/400; made a; unknown b; lacks features of layer greens that do not tell whether they are irrigated: 1"},
			{name: "no green", in: town("", feature("greens", "a", box(2000, 0, 2010, 10), "irrigated=true")), want: "?; lacks layer greens holds no greens in the community"},
		},
	}
}
