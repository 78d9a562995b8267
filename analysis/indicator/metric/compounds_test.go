package metric

import (
	"strconv"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// noOutline is a scene whose community is not drawn.
func noOutline() *analysis.Scene { return &analysis.Scene{Community: geo.Feature{ID: "c"}} }

// compound is q<n>, 100 m square; compounds stand in a row, 200 m apart, from x = 0.
func compound(n int, attributes string) layered {
	return feature("compounds", "q"+strconv.Itoa(n), square(200*float64(n-1), 200, 100), attributes)
}

// gate is an entrance, so far north of the south-west corner of compound n, 5 m west
// of its outline.
func gate(id string, n int, north float64, attributes string) layered {
	return feature("entrances", id, orb.Point{200*float64(n-1) - 5, 200 + north}, attributes)
}

func compoundExamples() map[string][]example {
	none := "?; lacks layer compounds holds no compounds in the community"
	lack := func(what, n string) string {
		return "lacks features of layer compounds that do not tell " + what + ": " + n
	}
	const gatedUntold, ebikes = "whether they are gated", "whether they have e-bikes"
	served, bare := "ebike_parking=true ebike_smart_charging=true", "ebike_parking=true ebike_smart_charging=false"
	open := "kind=compound_gate locked=false access_person=true access_vehicle=true"
	return map[string][]example{
		"compounds.ebike_share": {
			// q3 has no e-bikes; q4 does not tell, and serves them.
			{name: "known", in: town("", compound(1, "ebikes=true "+served), compound(2, "ebikes=true "+bare), compound(3, "ebikes=false "+bare), compound(4, served)),
				want: "66.6667 = 2/3; made q1 q4; failed q2"},
			// Whether q2 counts is not known: 1 of 2, or 1 of 1.
			{name: "unknown who has them", in: town("", compound(1, "ebikes=true "+served), compound(2, bare)), want: "? 50..100 = 1/2; made q1; unknown q2; " + lack(ebikes, "1")},
			{name: "unknown whether served", in: town("", compound(1, "ebikes=true ebike_parking=true"), compound(2, "ebikes=true "+served)),
				want: "? 50..100 = 1/2; made q2; unknown q1; " + lack("whether they have smart e-bike charging", "1")},
			// One without parking is not served, whatever its charging.
			{name: "one no is enough", in: town("", compound(1, "ebikes=true ebike_parking=false")), want: "0 = 0/1; failed q1"},
			{name: "nobody has them", in: town("", compound(1, "ebikes=false")), want: "? = 0/0"},
			{name: "no compound", in: town(""), want: none},
		},
		"compounds.waste_smart_share": {
			{name: "known", in: town("", compound(1, "waste_smart=true"), compound(2, "waste_smart=false")), want: "50 = 1/2; made q1; failed q2"},
			// A smart bin stands in q2; the one in q3 is not smart, the one in q1 changes nothing.
			{name: "by its bins", in: town("", compound(1, "waste_smart=false"), compound(2, ""), compound(3, ""), compound(4, "waste_smart=true"),
				feature("devices", "d1", orb.Point{50, 250}, "kind=waste_bin smart=true"), feature("devices", "d2", orb.Point{250, 250}, "kind=waste_bin smart=true"), feature("devices", "d3", orb.Point{450, 250}, "kind=waste_bin smart=false")),
				want: "? 50..75 = 2/4; made q2 q4; failed q1; unknown q3; " + lack("whether they have smart waste sorting", "1")},
			{name: "no compound", in: town(""), want: none},
		},
		"compounds.fire_detection_share": {
			{name: "known", in: town("", compound(1, "fire_auto=true"), compound(2, "fire_auto=true")), want: "100 = 2/2; made q1 q2"},
			{name: "unknown", in: town("", compound(1, "fire_auto=true"), compound(2, "")), want: "? 50..100 = 1/2; made q1; unknown q2; " + lack("whether they have automatic fire detection", "1")},
		},
		"compounds.perimeter_share": {
			{name: "known", in: town("", compound(1, "gated=true perimeter_guard=radar"), compound(2, "gated=true perimeter_guard=none"), compound(3, "gated=false perimeter_guard=none")), want: "50 = 1/2; made q1; failed q2"},
			{name: "none is gated", in: town("", compound(1, "gated=false")), want: "? = 0/0"},
			// Both gated ones are guarded: q3 is too, if it counts.
			{name: "whoever counts", in: town("", compound(1, "gated=true perimeter_guard=radar"), compound(2, "gated=true perimeter_guard=video"), compound(3, "perimeter_guard=video")),
				want: "100 = 3/3; made q1 q2; unknown q3; " + lack(gatedUntold, "1")},
			{name: "unknown", in: town("", compound(1, "gated=true"), compound(2, "")), want: "? 0..100 = 0/2; unknown q1 q2; " + lack("the perimeter guard", "2") + "; " + lack(gatedUntold, "1")},
			// Nothing counts for certain: no bounds.
			{name: "nothing for certain", in: town("", compound(1, "perimeter_guard=radar")), want: "? = 0/1; unknown q1; " + lack(gatedUntold, "1")},
		},
		"compounds.perimeter_length_share": {
			// 400 m and 800 m of outline.
			{name: "known", in: town("", compound(1, "gated=true perimeter_guard=radar"), feature("compounds", "q2", square(300, 300, 200), "gated=true perimeter_guard=none")), want: "33.3333 = 400/1200; made q1; failed q2"},
			{name: "no compound", in: town(""), want: none},
		},
		"gates.access_share": {
			// g2 lets vehicles in unseen; g3 is kept locked, g4 is a door, g5 of an open
			// compound, g6 far from all, g7 names the first and stands elsewhere, g8 is 20 m away.
			{name: "known", in: town("", compound(1, "gated=true"), compound(2, "gated=false"),
				gate("g1", 1, 50, open), gate("g2", 1, 60, "kind=compound_gate locked=false access_person=true access_vehicle=false"), gate("g3", 1, 70, "kind=compound_gate locked=true"),
				gate("g4", 1, 80, "kind=building_door"), gate("g5", 2, 50, open+" of=q2"), gate("g6", 4, 50, open), gate("g7", 4, 60, open+" of=q1"), feature("entrances", "g8", orb.Point{-20, 250}, open)),
				want: "66.6667 = 2/3; made g1 g7; failed g2", notes: []string{"gated compounds with a gate that lacks access control: 1", "gates that are kept locked and not counted: 1"}},
			{name: "unknown access", in: town("", compound(1, "gated=true"), gate("g1", 1, 50, open), gate("g2", 1, 60, "kind=compound_gate locked=false access_person=true")),
				want: "? 50..100 = 1/2; made g1; unknown g2; lacks features of layer entrances that do not tell whether they have access control for vehicles: 1"},
			// Of g2 it is not known whether it is kept locked: 1 of 2, or 1 of 1.
			{name: "unknown lock", in: town("", compound(1, "gated=true"), gate("g1", 1, 50, open), gate("g2", 1, 60, "kind=compound_gate access_person=false")),
				want: "? 50..100 = 1/2; made g1; unknown g2; lacks features of layer entrances that do not tell whether they are kept locked: 1"},
			{name: "a compound without gates", in: town("", compound(1, "gated=true"), compound(2, "gated=true"), gate("g1", 1, 50, open)), want: "?; made g1; lacks gated compounds without a gate in layer entrances: 1"},
			{name: "all are kept locked", in: town("", compound(1, "gated=true"), gate("g1", 1, 50, "kind=compound_gate locked=true")), want: "? = 0/0"},
			{name: "none is gated", in: town("", compound(1, "gated=false"), gate("g1", 1, 50, open)), want: "? = 0/0"},
			{name: "no compound", in: town("", gate("g1", 1, 50, open)), want: none},
		},
	}
}
