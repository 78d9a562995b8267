package metric

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"go.yaml.in/yaml/v3"

	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

// walkers are the ways of walking that come with the product, and one that walks a
// metre a second on and off the network and is slowed by nothing.
var walkers = sync.OnceValue(func() map[string]walk.Profile {
	text, err := os.ReadFile("../../../data/standards/walk_profiles.yaml")
	if err != nil {
		panic(err)
	}
	var file walk.ProfileFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		panic(err)
	}
	out := make(map[string]walk.Profile)
	for _, p := range file.Profiles {
		out[p.ID] = p
		if p.ID == "norm" {
			p.ID, p.SpeedMPS, p.OffNetworkMPS, p.Snap.IslandM = "plain", 1, 1, 0
			out["plain"] = p
		}
	}
	return out
})

// onWays gives an input the network of its scene.
func onWays(in *Input) *Input {
	scene := in.Scene
	in.Network = func(profile string) (*walk.Network, error) { return walk.BuildNetwork(scene, walkers()[profile]) }
	return in
}

// offWays is an input of which the network cannot be built.
func offWays(in *Input) *Input {
	in.Network = func(string) (*walk.Network, error) {
		return nil, geo.Refuse(geo.T("没有路网", "there is no network"), geo.T("导入道路", "import ways"))
	}
	return in
}

// params reads parameters: numbers, and words parted by commas.
func params(text string) indicator.Params {
	p := indicator.Params{Numbers: map[string]float64{}, Words: map[string][]string{}}
	for name, v := range pairs(text) {
		switch v := v.(type) {
		case int64:
			p.Numbers[name] = float64(v)
		case float64:
			p.Numbers[name] = v
		case string:
			p.Words[name] = strings.Split(v, ",")
		}
	}
	return p
}

// way is a line, drawn from pairs of coordinates.
func way(id, attributes string, xy ...float64) layered {
	var line orb.LineString
	for i := 0; i+1 < len(xy); i += 2 {
		line = append(line, orb.Point{xy[i], xy[i+1]})
	}
	return feature("ways", id, line, attributes)
}

// at is a thing at a place.
func at(layer, id string, x, y float64, attributes string) layered {
	return feature(layer, id, orb.Point{x, y}, attributes)
}

// ofChosen is the unit that a metric counts in under parameters.
func ofChosen(m *Metric, p indicator.Params) string {
	if len(p.Words["weight"]) > 0 {
		return ofWeight(weightOf(p))
	}
	return m.Of
}

// spatialExamples are those of the metrics of this theme.
func spatialExamples() []map[string][]example {
	return []map[string][]example{
		greenExamples(), parkExamples(), groundExamples(), frontExamples(), lightExamples(), streetExamples(), pathExamples(), nearExamples(), reachExamples(),
	}
}

const (
	noGreenery = "?; lacks layer greens holds no greens in the community"
	noStreets  = "?; lacks layer ways holds no ways in the community"
)

func greenExamples() map[string][]example {
	// 10 000, half of the 5 000 that g1 has not, a quarter of 10 000.
	greens := []layered{
		feature("greens", "g1", square(0, 0, 100), "kind=park"),
		feature("greens", "g2", box(50, 0, 150, 100), "kind=lawn counted_share=0.5"),
		feature("greens", "g3", square(950, 950, 100), "kind=pocket_park counted_share=1"),
		feature("greens", "out", square(2000, 0, 100), "kind=park"),
	}
	bow := feature("greens", "bow", orb.Polygon{{{0, 0}, {100, 100}, {100, 0}, {0, 100}, {0, 0}}}, "counted_share=1")
	return map[string][]example{
		"green.ratio": {
			{name: "overlap and boundary", in: town("", greens...), want: "1.5 = 15000/1000000; made g1 g2 g3",
				notes: []string{"1 greens do not tell what share of them counts; they count whole"}},
			// A bow tie has two triangles of 2 500 m².
			{name: "crosses itself", in: town("", bow), want: "0.5 = 5000/1000000; made bow"},
			{name: "none here", in: town("", greens[3]), want: noGreenery},
		},
		"green.per_head": {
			{name: "known", in: town("residents=300", greens...), want: "50 = 15000/300; made g1 g2 g3"},
			{name: "from buildings", in: town("", greens[0], house(1, "use=residential residents=100")), want: "100 = 10000/100; made g1"},
			{name: "nobody counted", in: town("", greens[0], house(1, "use=residential")),
				want: "? = 10000/?; made g1; " + noResidents + "; " + residentsUntold + "1"},
			{name: "nobody lives there", in: town("residents=0", greens[0]), want: "? = 10000/0; made g1"},
			{name: "no greens", in: town("residents=300"), want: noGreenery},
		},
		"green.park_count": {
			{name: "known", in: town("", greens[0], greens[1], feature("greens", "in", square(900, 900, 100), "kind=garden")), want: "2; made g1 in"},
			{name: "kinds", in: town("", greens[0], greens[1]), params: params("kinds=lawn,wood"), want: "1; made g2"},
			{name: "kind unknown", in: town("", greens[0], feature("greens", "x", square(500, 500, 10), "")),
				want: "? 1..2; made g1; unknown x; lacks features of layer greens that do not tell the kind: 1"},
			{name: "none", in: town("", greens[3]), want: noGreenery},
		},
		"greenway.length": {
			// 100 m in the greenway, 50 m more in the trail beside it.
			{name: "overlap", in: town("", feature("greens", "g", box(100, 0, 200, 1000), "kind=greenway"), feature("facilities", "t", box(150, 0, 250, 1000), "category=sport/trail"),
				way("w", "class=footway", 0, 500, 300, 500), way("x", "class=motorway", 0, 600, 300, 600)), want: "150; made w g t"},
			// In at 50, out at 150, along its edge from 0 to 1000 on x = 200.
			{name: "along the edge", in: town("", feature("greens", "g", box(100, 400, 200, 600), "kind=greenway"), way("w", "class=path", 200, 300, 200, 700)), want: "200; made w g"},
			{name: "none", in: town("", feature("greens", "g", square(0, 0, 10), "kind=park"), way("w", "class=path", 0, 300, 200, 300)), want: "0"},
			// 100 m in a greenway, 50 m more in what may be one.
			{name: "kind unknown", in: town("", feature("greens", "g", box(0, 200, 100, 400), "kind=greenway"), feature("greens", "h", box(150, 200, 200, 400), ""), way("w", "class=path", 0, 300, 200, 300)),
				want: "? 100..150; made w g; lacks features of layer greens that do not tell the kind: 1"},
			{name: "no greens", in: town("", at("facilities", "f", 500, 500, "category=commerce"), way("w", "class=path", 0, 300, 200, 300)), want: noGreenery},
			{name: "no ways", in: town("", feature("greens", "g", square(0, 0, 10), "kind=greenway")), want: noStreets},
			{name: "nothing", in: town("", way("w", "class=path", 0, 300, 200, 300)), want: noGreenery},
		},
		"plaza.area": {
			// 2 500, 1 250 more, and 100 told.
			{name: "overlap", in: town("", feature("ways", "w", square(0, 0, 50), "class=pedestrian"), feature("facilities", "f", box(25, 0, 75, 50), "category=culture/plaza"),
				at("facilities", "p", 500, 500, "category=culture/plaza area_m2=100")), want: "3850; made f p w"},
			{name: "over the boundary", in: town("", feature("ways", "w", square(950, 950, 100), "class=pedestrian")), want: "2500; made w"},
			{name: "size unknown", in: town("", feature("ways", "w", square(0, 0, 50), "class=pedestrian"), at("facilities", "p", 500, 500, "category=culture/plaza")),
				want: "?; made w; unknown p; lacks features of layer facilities that do not tell the area: 1", notes: []string{"what is known adds up to 2500 m²"}},
			{name: "category unknown", in: town("", feature("ways", "w", square(0, 0, 50), "class=pedestrian"), at("facilities", "x", 500, 500, "name=unknown")),
				want: "?; made w; unknown x; lacks features of layer facilities that do not tell the category: 1"},
			{name: "class unknown", in: town("", feature("ways", "w", square(0, 0, 50), "class=pedestrian"), feature("ways", "x", square(500, 500, 50), "")),
				want: "?; made w; unknown x; lacks features of layer ways that do not tell the class: 1"},
			{name: "none", in: town("", way("w", "class=path", 0, 300, 200, 300)), want: "0"},
			{name: "nothing", in: town(""), want: "?; lacks layer ways holds no ways in the community; lacks layer facilities holds no facilities in the community"},
		},
	}
}

func parkExamples() map[string][]example {
	// 10 m wide and 250 m tall: 2 500 m², 300 m around it.
	tall := feature("greens", "p", box(0, 0, 10, 250), "kind=park access=public")
	home := func(x float64) layered {
		return feature("buildings", "h"+number(x), square(x, 100, 10), "use=residential households=10")
	}
	return map[string][]example{
		"green.park_service_share": {
			// x from 260 to 310 of 260 to 360.
			{name: "land", in: town("", tall, feature("areas", "a", box(260, 100, 360, 200), "use=二类居住用地"), feature("areas", "b", square(500, 500, 100), "use=commercial")),
				want: "50 = 5000/10000; made a p"},
			// 5 000 m² reach 500 m: a strip of 20 × 250.
			{name: "large", in: town("", feature("greens", "p", box(0, 0, 20, 250), "kind=park"), feature("areas", "a", box(470, 100, 570, 200), "use=R2")),
				want: "50 = 5000/10000; made a p", notes: []string{"1 parks do not say whom they are open to; they count as open"}},
			{name: "footprints", in: town("", tall, home(295), home(306), home(400), house(1, "")),
				want: "46.6667 = 140/300; made h295 h306 h400 p",
				notes: []string{
					"no residential land is drawn; footprints of residential buildings stand for it", "the use of 1 buildings is not known; they do not count"}},
			{name: "closed and small", in: town("", feature("greens", "p", box(0, 0, 10, 250), "kind=park access=residents"), feature("greens", "q", box(0, 0, 10, 150), "kind=park"), home(20)),
				want: "0 = 0/100; made h20"},
			// The land is served whole if q is a park.
			{name: "kind unknown", in: town("", tall, feature("greens", "q", box(400, 0, 410, 250), ""), feature("areas", "a", box(260, 100, 360, 200), "use=R2")),
				want: "? 50..100 = 5000/10000; made a p; unknown q; lacks features of layer greens that do not tell the kind: 1"},
			{name: "kind does not matter", in: town("", tall, feature("greens", "q", box(400, 0, 410, 250), ""), home(20)), want: "100 = 100/100; made h20 p"},
			{name: "no land", in: town("", tall), want: "?; lacks layer areas holds no residential land in the community"},
			{name: "no greens", in: town("", home(20)), want: noGreenery},
		},
		"green.park_near_share": {
			// Walls at 20, 110 and 111 m; the park ends at 10.
			{name: "by the wall", in: town("", tall, home(20), home(110), home(111)), params: params("radius_m=100 least_m2=2500"),
				want: "66.6667 = 20/30; made h110 h20 p; failed h111"},
			{name: "by the door", in: town("", tall, home(110), at("entrances", "d", 120, 105, "kind=building_door")), params: params("radius_m=100 least_m2=2500"),
				want: "0 = 0/10; made p; failed h110"},
			{name: "kind unknown", in: town("", tall, feature("greens", "q", square(150, 100, 50), ""), home(20), home(111), home(400)), params: params("radius_m=100 least_m2=2500"),
				want: "? 33.3333..66.6667 = 10/30; made h20 p; failed h400; unknown h111; lacks features of layer greens that do not tell the kind: 1"},
			{name: "too small", in: town("", tall, home(20)), params: params("radius_m=100 least_m2=2501"), want: "0 = 0/10; failed h20"},
			{name: "closed", in: town("", feature("greens", "p", square(0, 0, 100), "kind=park access=private"), home(20)), params: params("radius_m=100 least_m2=0"),
				want: "0 = 0/10; failed h20"},
			{name: "households unknown", in: town("", tall, home(20), feature("buildings", "x", square(500, 500, 10), "")), params: params("radius_m=100 least_m2=0"),
				want: "? 0..100; made h20 p; unknown x; lacks features of layer buildings that do not tell the number of households: 1"},
			{name: "no greens", in: town("", home(20)), params: params("radius_m=100 least_m2=0"), want: noGreenery},
			{name: "radius not set", in: town("", tall, home(20)), params: params("least_m2=0"), want: `?; lacks parameter "Distance" is not set`},
		},
	}
}

func groundExamples() map[string][]example {
	widths := "street_width_m=20 service_width_m=6 path_width_m=3"
	block := feature("buildings", "b", square(0, 0, 100), "")
	// All ways go right through the community, so that their ends lie outside: 1 000 m.
	through := func(id, attributes string, y float64) layered { return way(id, attributes, -50, y, 1050, y) }
	runoff := "roof=0.9 sealed=0.8 green=0.15 "
	return map[string][]example{
		"pervious.share": {
			// 10 000 of roofs; 10 000 of a way that is 10 m wide, 20 000, 6 000 and 3 000 by class.
			{name: "widths", in: town("", block, through("a", "class=footway width_m=10", 500), through("r", "class=primary_link", 600), through("s", "class=service", 700), through("f", "class=path", 800)),
				params: params(widths), want: "95.1 = 951000/1000000",
				notes: []string{"3 ways do not tell their width and took that of their class", "4 ways do not tell their surface and count as sealed"}},
			{name: "surfaces", in: town("", block, through("a", "class=footway width_m=10 surface=gravel", 500), through("b", "class=footway width_m=10 surface=透水砖", 600),
				through("c", "class=footway width_m=10 surface=不透水沥青", 700), through("t", "class=footway width_m=10 tunnel=true", 800)),
				params: params(widths), want: "98 = 980000/1000000"},
			// The square and the car park lie on the building, but for 5 000 of each.
			{name: "areas", in: town("", block, feature("ways", "w", box(50, 0, 150, 100), "class=pedestrian"), feature("facilities", "p", box(0, 50, 100, 150), "category=transport/parking"),
				feature("facilities", "q", square(500, 500, 100), "category=transport/parking indoor=true")),
				params: params(widths), want: "98 = 980000/1000000"},
			// The way may be 20 m wide.
			{name: "class unknown", in: town("", block, through("a", "", 500)), params: params(widths),
				want: "? 97..99 = 970000/1000000; lacks features of layer ways that do not tell the width: 1"},
			{name: "no ways", in: town("", block), params: params(widths), want: noStreets},
			{name: "no buildings", in: town("", through("a", "class=path", 500)), params: params(widths), want: "?; " + noHouses},
		},
		"runoff.coefficient": {
			// (10 000 × 0.9 + 10 000 × 0.8 + 980 000 × 0.15) ÷ 1 000 000
			{name: "known", in: town("", block, through("a", "class=footway width_m=10", 500)), params: params(runoff), want: "0.164"},
			// From 990 000 to 970 000 × 0.15.
			{name: "class unknown", in: town("", block, through("a", "", 500)), params: params(runoff + widths),
				want: "? 0.1575..0.1705; lacks features of layer ways that do not tell the width: 1"},
			{name: "width of the class not set", in: town("", block, through("a", "class=footway", 500)), params: params(runoff),
				want: "?; lacks features of layer ways that do not tell the width: 1"},
			{name: "nothing", in: town(""), params: params(runoff), want: "?; " + noHouses + "; lacks layer ways holds no ways in the community"},
		},
	}
}

func frontExamples() map[string][]example {
	// Fronts of 10 m at 10 and 15 m from the street; c stands behind b, d too far away,
	// e has its side to it and a corner, f lies across the street.
	street := way("s", "class=residential", 0, 100, 1000, 100)
	block := func(id string, x, y float64, attributes string) layered {
		return feature("buildings", id, square(x, y, 10), attributes)
	}
	lack := "; lacks features of layer buildings that do not tell whether they are renewed: "
	return map[string][]example{
		"facade.renewed_share": {
			{name: "rows", in: town("", street, block("a", 100, 110, "renewed=true"), block("b", 200, 105, "renewed=false"), block("c", 200, 116, "renewed=true"),
				block("d", 300, 121, "renewed=true"), block("f", 400, 80, "renewed=true")),
				params: params("street_m=20"), want: "66.6667 = 20/30; made a f; failed b"},
			// b covers the left 5 m of the front behind it.
			{name: "half behind", in: town("", street, block("b", 195, 105, "renewed=false"), block("c", 200, 116, "renewed=true")),
				params: params("street_m=20"), want: "33.3333 = 5/15; made c; failed b"},
			{name: "clockwise", in: town("", street, feature("buildings", "a", orb.Polygon{{{100, 110}, {100, 120}, {110, 120}, {110, 110}, {100, 110}}}, "renewed=true")),
				params: params("street_m=20"), want: "100 = 10/10; made a"},
			// The court opens to no street: only the outer front counts, 40 m.
			{name: "court", in: town("", street, feature("buildings", "a", orb.Polygon{box(100, 110, 140, 150)[0], {{110, 120}, {110, 140}, {130, 140}, {130, 120}, {110, 120}}}, "renewed=true")),
				params: params("street_m=60"), want: "100 = 40/40; made a"},
			{name: "unknown", in: town("", street, block("a", 100, 110, "renewed=true"), block("b", 200, 105, "")), params: params("street_m=20"),
				want: "? 50..100 = 10/20; made a; unknown b" + lack + "1"},
			// b may face a street: 10 of 10, or of 20.
			{name: "class unknown", in: town("", street, way("x", "", 0, 500, 1000, 500), block("a", 100, 110, "renewed=true"), block("b", 100, 510, "renewed=false")), params: params("street_m=20"),
				want: "? 50..100 = 10/20; made a; unknown b x; lacks features of layer ways that do not tell the class: 1"},
			{name: "class does not matter", in: town("", street, way("x", "", 0, 500, 1000, 500), block("a", 100, 110, "renewed=true")), params: params("street_m=20"), want: "100 = 10/10; made a"},
			{name: "none faces a street", in: town("", street, way("x", "class=service", 0, 500, 1000, 500), block("a", 100, 510, "")), params: params("street_m=20"), want: "? = 0/0"},
			{name: "no ways", in: town("", block("a", 100, 510, "")), params: params("street_m=20"), want: noStreets},
			{name: "no buildings", in: town("", street), params: params("street_m=20"), want: "?; " + noHouses},
		},
	}
}

// Every metric of this theme has an example with a value, and one that tells what it
// lacks.
func TestEverySpatialMetricHasExamples(t *testing.T) {
	all := examples()
	for _, m := range slices.Concat(spatialMetrics(), reachMetrics()) {
		known, unknown := false, false
		for _, x := range all[m.ID] {
			known = known || !strings.HasPrefix(x.want, "?")
			unknown = unknown || strings.Contains(x.want, "; lacks ")
		}
		if !known || !unknown {
			t.Errorf("%s: an example with a value: %v; one that lacks something: %v", m.ID, known, unknown)
		}
	}
}
