package osm

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
)

// one makes features of a single object and gives those of one layer.
func one(t *testing.T, object, layer string) []geo.Feature {
	t.Helper()
	return features(t, document(grid(), object)).Layers[layer]
}

func nodeXML(id int, tags string) string {
	return fmt.Sprintf("<node id='%d' lon='5.5' lat='5.5'>%s</node>", id, tagsXML(tags))
}

// attributes of the one feature that an object must give in a layer.
func TestAttributes(t *testing.T) {
	ring := []int{0, 9, 99, 90, 0}
	tests := []struct {
		name, layer, object string
		want, extra         map[string]any
		quality             []string
	}{
		{"building", "buildings", wayXML(1, "building=apartments building:levels=3.5 height=12+m name=A start_date=1998 building:flats=12 wheelchair=yes", ring...),
			map[string]any{"use": "residential", "floors": int64(3), "height_m": 12.0, "name": "A", "year": int64(1998), "households": int64(12)},
			map[string]any{"building": "apartments", "building:levels": "3.5", "height": "12 m", "wheelchair": "yes"}, []string{"floors=whole floors of 3.5"}},
		{"building without height", "buildings", wayXML(1, "building=yes building:levels=4", ring...),
			map[string]any{"floors": int64(4)}, map[string]any{"building": "yes"}, nil},
		{"building with a shop", "buildings", wayXML(1, "building=yes shop=books", ring...),
			map[string]any{"use": "commercial"}, map[string]any{"building": "yes", "shop": "books"}, nil},
		{"steps", "ways", wayXML(1, "highway=steps step_count=24 incline=up conveying=backward lit=24/7 surface=asphalt", 0, 1),
			map[string]any{"class": "steps", "step_count": int64(24), "oneway_foot": "reverse", "lit": true, "surface": "asphalt"},
			map[string]any{"incline": "up", "conveying": "backward", "lit": "24/7"}, nil},
		{"foot goes before access", "ways", wayXML(1, "highway=service access=private foot=designated width=2,5 incline=-3+%", 0, 1),
			map[string]any{"class": "service", "foot": "yes", "width_m": 2.5, "incline_pct": -3.0},
			map[string]any{"access": "private", "foot": "designated", "width": "2,5", "incline": "-3 %"}, nil},
		{"access alone", "ways", wayXML(1, "highway=residential access=destination sidewalk:left=yes sidewalk:right=yes", 0, 1),
			map[string]any{"class": "residential", "foot": "yes", "sidewalk": "both"},
			map[string]any{"access": "destination", "sidewalk:left": "yes", "sidewalk:right": "yes"}, nil},
		{"motorways are never walked", "ways", wayXML(1, "highway=motorway foot=yes", 0, 1),
			map[string]any{"class": "motorway", "foot": "no"}, map[string]any{}, nil},
		{"crossing way", "ways", wayXML(1, "highway=footway footway=crossing crossing=uncontrolled oneway:foot=-1", 0, 1),
			map[string]any{"class": "footway", "crossing": "zebra", "oneway_foot": "reverse"},
			map[string]any{"footway": "crossing", "crossing": "uncontrolled", "oneway:foot": "-1"}, nil},
		{"a road says nothing of crossing", "ways", wayXML(1, "highway=primary crossing=zebra", 0, 1),
			map[string]any{"class": "primary"}, map[string]any{"crossing": "zebra"}, nil},
		{"platform", "ways", wayXML(1, "public_transport=platform", 0, 1),
			map[string]any{"class": "footway"}, map[string]any{"public_transport": "platform"}, nil},
		{"crossing node", "crossings", nodeXML(500, "highway=crossing crossing=traffic_signals crossing:island=yes"),
			map[string]any{"kind": "signals", "island": true}, map[string]any{"highway": "crossing", "crossing": "traffic_signals", "crossing:island": "yes"}, nil},
		{"crossing node of unknown kind", "crossings", nodeXML(500, "highway=crossing"),
			map[string]any{"kind": "yes"}, map[string]any{"highway": "crossing"}, nil},
		{"gate", "barriers", nodeXML(500, "barrier=swing_gate access=private locked=yes"),
			map[string]any{"kind": "gate", "foot": "private", "locked": true}, map[string]any{"barrier": "swing_gate", "locked": "yes"}, nil},
		{"wall", "barriers", wayXML(1, "barrier=wall height=2", ring...),
			map[string]any{"kind": "wall", "height_m": 2.0}, map[string]any{}, nil},
		{"garage entrance", "entrances", nodeXML(500, "amenity=parking_entrance"),
			map[string]any{"kind": "garage"}, map[string]any{"amenity": "parking_entrance"}, nil},
		{"park", "greens", wayXML(1, "leisure=park name=P access=yes", ring...),
			map[string]any{"kind": "park", "name": "P", "access": "public"}, map[string]any{"access": "yes"}, nil},
		{"hydrant", "pipe_nodes", nodeXML(500, "emergency=fire_hydrant fire_hydrant:type=underground"),
			map[string]any{"kind": "hydrant", "network": "water"}, map[string]any{"emergency": "fire_hydrant", "fire_hydrant:type": "underground"}, nil},
		{"pipeline", "pipes", wayXML(1, "man_made=pipeline substance=gas diameter=300 location=underground pressure=16", 0, 1),
			map[string]any{"network": "gas", "diameter_mm": 300.0, "laid": "direct", "pressure_mpa": 1.6},
			map[string]any{"man_made": "pipeline", "location": "underground", "pressure": "16"}, nil},
		{"lamp", "devices", nodeXML(500, "highway=street_lamp"), map[string]any{"kind": "lamp"}, map[string]any{"highway": "street_lamp"}, nil},
		{"lift", "devices", nodeXML(500, "highway=elevator"), map[string]any{"kind": "elevator"}, map[string]any{"highway": "elevator"}, nil},
		{"mast", "cells", nodeXML(500, "man_made=mast communication:mobile_phone=yes height=30 operator=X"),
			map[string]any{"height_m": 30.0, "operator": "X"}, map[string]any{"man_made": "mast", "communication:mobile_phone": "yes"},
			[]string{"incomplete=band, power and azimuth are not in the source"}},
		{"land use", "areas", wayXML(1, "landuse=retail", ring...), map[string]any{"use": "retail"}, map[string]any{}, nil},
		{"water", "areas", wayXML(1, "natural=water", ring...), map[string]any{"use": "water"}, map[string]any{"natural": "water"}, nil},
		{"compound", "compounds", wayXML(1, "landuse=residential name=Q residential=gated", ring...),
			map[string]any{"name": "Q", "gated": true}, map[string]any{"landuse": "residential", "residential": "gated"}, nil},
		{"charging area", "devices", wayXML(1, "amenity=charging_station bicycle=yes", ring...), map[string]any{"kind": "ebike_charger"},
			map[string]any{"amenity": "charging_station", "bicycle": "yes"}, []string{"geometry=middle of the outline"}},
		{"camera", "cameras", nodeXML(500, "man_made=surveillance camera:type=dome camera:direction=190-100 camera:angle=15 height=4"),
			map[string]any{"kind": "dome", "azimuth_deg": 325.0, "hfov_deg": 270.0, "tilt_deg": 15.0, "height_m": 4.0},
			map[string]any{"man_made": "surveillance", "camera:direction": "190-100"},
			[]string{"azimuth_deg=middle of 190-100", "hfov_deg=width of 190-100"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := one(t, test.object, test.layer)
			if len(got) != 1 {
				t.Fatalf("%d features", len(got))
			}
			extra := got[0].Extra
			if extra == nil {
				extra = map[string]any{}
			}
			if diff := cmp.Diff(test.want, got[0].Attributes); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.extra, extra); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.quality, got[0].Quality); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestShapes(t *testing.T) {
	ring := []int{0, 9, 99, 90, 0}
	tests := []struct {
		name, layer, object string
		want                geo.Shape // empty: none
	}{
		{"closed footway is a line", "ways", wayXML(1, "highway=footway", ring...), geo.Line},
		{"square", "ways", wayXML(1, "highway=pedestrian area=yes", ring...), geo.Polygon},
		{"ring of a fence", "barriers", wayXML(1, "barrier=fence", ring...), geo.Line},
		{"hedge as an area", "barriers", wayXML(1, "barrier=hedge area=yes", ring...), geo.Polygon},
		{"open building", "buildings", wayXML(1, "building=yes", 0, 9, 99), ""},
		{"building that is no area", "buildings", wayXML(1, "building=yes area=no", ring...), ""},
		{"no building", "buildings", wayXML(1, "building=no", ring...), ""},
		{"building below ground", "buildings", wayXML(1, "building=yes location=underground", ring...), ""},
		{"proposed road", "ways", wayXML(1, "highway=proposed", 0, 9), ""},
		{"no entrance", "entrances", nodeXML(500, "entrance=no"), ""},
		{"pitch as a point", "facilities", nodeXML(500, "leisure=pitch"), geo.Point},
		{"open pitch", "facilities", wayXML(1, "leisure=pitch", 0, 9, 99), ""},
		{"one point line", "ways", wayXML(1, "highway=path", 0), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := one(t, test.object, test.layer)
			if test.want == "" {
				if len(got) != 0 {
					t.Errorf("made %+v", got)
				}
				return
			}
			if len(got) != 1 || geo.ShapeOf(got[0].Geometry) != test.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// A pole with several cameras is several cameras.
func TestOneCameraForEachDirection(t *testing.T) {
	got := one(t, nodeXML(500, "man_made=surveillance camera:direction=90;160;270"), "cameras")
	var ids []string
	var azimuths []float64
	for _, f := range got {
		a, _ := f.Number("azimuth_deg")
		ids, azimuths = append(ids, f.ID), append(azimuths, a)
	}
	if diff := cmp.Diff([]string{"n500", "n500.2", "n500.3"}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{90, 160, 270}, azimuths); diff != "" {
		t.Error(diff)
	}
}

// Ways that share a node share the very point, and nothing is taken out of them.
func TestWaysKeepEveryVertex(t *testing.T) {
	nodes := map[int64]orb.Point{1: {117.1000001, 36.2000003}, 2: {117.1000002, 36.2}, 3: {117.1000003, 36.2}, 4: {117.2, 36.2}}
	r := features(t, document(nodes, wayXML(1, "highway=path", 1, 2, 3), wayXML(2, "highway=path", 3, 2, 2, 4)))
	want := []orb.Geometry{
		orb.LineString{nodes[1], nodes[2], nodes[3]},
		orb.LineString{nodes[3], nodes[2], nodes[2], nodes[4]},
	}
	var got []orb.Geometry
	for _, f := range r.Layers["ways"] {
		got = append(got, f.Geometry)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLinesAreCutWhereNodesAreMissing(t *testing.T) {
	r := features(t, document(grid(), wayXML(1, "highway=path", 0, 1, 777, 2, 3, 4, 778, 5)))
	got := r.Layers["ways"]
	if len(got) != 2 || got[0].ID != "w1" || got[1].ID != "w1.2" || len(got[1].Geometry.(orb.LineString)) != 3 ||
		len(got[0].Quality) != 1 || r.Problems.Count("way_cut") != 1 {
		t.Errorf("got %+v, problems %v", got, r.Problems.Entries())
	}
}

func TestDoorsKnowTheirBuilding(t *testing.T) {
	door := func(id int, lon, lat float64, tags string) string {
		return fmt.Sprintf("<node id='%d' lon='%g' lat='%g'>%s</node>", id, lon, lat, tagsXML(tags))
	}
	r := features(t, document(grid(),
		door(501, 0, 0.5, "entrance=main"), door(502, 7.5, 7, "entrance=yes"), door(503, 8, 2, "entrance=yes"), door(504, 1, 0.5, "entrance=garage"),
		wayXML(1, "building=yes", 0, 501, 1, 11, 504, 10, 0),
		wayXML(2, "amenity=school", 77, 502, 87, 88, 78, 77),
		wayXML(3, "", 33, 34, 44), wayXML(4, "", 44, 43, 33), relationXML(5, "type=multipolygon building=school", "3:outer", "4:outer"),
		"<way id='6'><nd ref='501'/><nd ref='1'/><tag k='highway' v='path'/></way>"))
	got := make(map[string][2]string)
	for _, f := range r.Layers["entrances"] {
		of, _ := f.Text("of")
		kind, _ := f.Text("kind")
		got[f.ID] = [2]string{of, kind}
	}
	want := map[string][2]string{
		"n501": {"w1", "building_door"}, "n502": {"w2", "facility"}, "n503": {"", ""}, "n504": {"w1", "garage"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if ids, _ := r.Layers["facilities"][0].Text("entrances"); ids != "n502" {
		t.Errorf("entrances of the school: %q", ids)
	}
}

func TestFacilities(t *testing.T) {
	ring := []int{0, 9, 99, 90, 0}
	tests := []struct {
		tags string
		want []string // id=category
	}{
		{"leisure=fitness_station", []string{"w1=sport/fitness_station"}},
		{"leisure=sports_centre sport=swimming", []string{"w1=sport/pool"}},
		{"leisure=pitch sport=tennis;soccer", []string{"w1=sport/court"}},
		{"leisure=pitch sport=soccer", []string{"w1=sport/pitch"}},
		{"shop=supermarket amenity=post_office", []string{"w1=commerce/supermarket", "w1.2=service/post"}},
		{"amenity=pharmacy healthcare=pharmacy", []string{"w1=commerce/pharmacy"}},
		{"amenity=school isced:level=1", []string{"w1=education/primary"}},
		{"amenity=school isced:level=1;2;3", []string{"w1=education/school"}},
		{"shop=vacant", nil},
	}
	for _, test := range tests {
		var got []string
		for _, f := range one(t, wayXML(1, test.tags, ring...), "facilities") {
			category, _ := f.Text("category")
			got = append(got, f.ID+"="+category)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.tags, diff)
		}
	}
}

func TestTwinsAreNotedAndKept(t *testing.T) {
	ring := []int{0, 9, 99, 90, 0}
	r := features(t, document(grid(), nodeXML(500, "leisure=playground name=P"), nodeXML(501, "leisure=playground name=Q"),
		wayXML(1, "leisure=playground name=P", ring...)))
	notes := make(map[string][]string)
	for _, f := range r.Layers["facilities"] {
		notes[f.ID] = f.Quality
	}
	want := map[string][]string{"n500": {"duplicate_of=w1"}, "n501": nil, "w1": nil}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
}

func TestOutlineTaggedTwiceCountsOnce(t *testing.T) {
	r := features(t, document(grid(), wayXML(1, "building=yes", 0, 9, 99, 90, 0), wayXML(2, "", 22, 24, 44, 42, 22),
		relationXML(7, "type=multipolygon building=apartments", "1:outer", "2:inner")))
	got := r.Layers["buildings"]
	if len(got) != 1 || got[0].ID != "r7" || r.Problems.Count("tagged_twice") != 1 {
		t.Errorf("got %+v, %v", got, r.Problems.Entries())
	}
}

func TestWindowKeepsWhatTouches(t *testing.T) {
	d, err := Read(context.Background(), strings.NewReader(document(grid(), wayXML(1, "highway=path", 0, 99), wayXML(2, "highway=path", 80, 90), wayXML(3, "highway=path", 20, 21))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Features(context.Background(), testMapping(t), &geo.Extent{MinX: 2, MinY: 1, MaxX: 3, MaxY: 2})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Layers["ways"] {
		got = append(got, f.ID)
	}
	if diff := cmp.Diff([]string{"w1", "w3"}, got); diff != "" || r.Outside != 1 {
		t.Errorf("outside %d %s", r.Outside, diff)
	}
}

func TestBoundary(t *testing.T) {
	text := document(grid(), wayXML(1, "", 0, 9, 99), wayXML(2, "", 99, 90, 0), wayXML(3, "landuse=residential name=小区", 22, 24, 44, 42, 22),
		relationXML(7, "type=boundary boundary=administrative name=社区 name:en=Place", "1:outer", "2:outer"),
		relationXML(8, "type=boundary boundary=administrative name=Broken", "1:outer", "77:outer"),
		relationXML(9, "type=boundary boundary=administrative name=Twice", "1:outer", "2:outer"),
		relationXML(10, "type=boundary boundary=administrative name=Twice", "1:outer", "2:outer"))
	d, err := Read(context.Background(), strings.NewReader(text), Options{Name: "a.osm"})
	if err != nil {
		t.Fatal(err)
	}
	for _, asked := range []string{"r7", "7", "relation/7", "社区", "Place"} {
		f, err := d.Boundary(context.Background(), asked)
		if err != nil || f.ID != "r7" || geo.Area(f.Geometry) != 81 {
			t.Errorf("%s: %+v, %v", asked, f, err)
		}
	}
	if f, err := d.Boundary(context.Background(), "小区"); err != nil || f.ID != "w3" {
		t.Errorf("by a way: %+v, %v", f, err)
	}
	for asked, say := range map[string]string{"r8": "w77", "r99": "no boundary", "w1": "no boundary", "Nowhere": "r7 (社区)", "Twice": "r9 | r10"} {
		_, err := d.Boundary(context.Background(), asked)
		if fault := geo.AsFault(err); fault == nil || !strings.Contains(fault.Say("en"), say) {
			t.Errorf("%s: %v", asked, err)
		}
	}
}

func TestBadMappingsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"not YAML":          "layers: [",
		"unknown member":    "layers: [{layer: a, colour: red}]",
		"no when":           "layers: [{layer: a, rules: [{from: [node]}]}]",
		"bad condition":     "layers: [{layer: a, rules: [{when: [building], from: [node]}]}]",
		"denies first":      "layers: [{layer: a, rules: [{when: ['building!=yes'], from: [node]}]}]",
		"bad shape":         "layers: [{layer: a, rules: [{when: ['building=*'], from: [cloud]}]}]",
		"bad area":          "layers: [{layer: a, rules: [{when: ['building=*'], from: [area], area: maybe}]}]",
		"no such reader":    "layers: [{layer: a, attributes: {b: [{tag: c, as: feelings}]}}]",
		"no such words":     "layers: [{layer: a, attributes: {b: [{tag: c, words: nope}]}}]",
		"neither tag":       "layers: [{layer: a, attributes: {b: [{as: metres}]}}]",
		"both tag and text": "layers: [{layer: a, attributes: {b: [{tag: c, value: d}]}}]",
	} {
		if _, err := NewMapping([]byte(text), nil); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := NewMapping([]byte("layers: []"), []Category{{Code: "sport", Conds: []string{"a=b"}}}); err == nil {
		t.Error("a category without kind is accepted")
	}
}
