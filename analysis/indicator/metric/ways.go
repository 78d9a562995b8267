package metric

import (
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// Classes of ways, by who uses them.
var (
	// roadClasses are roads with more than their own traffic, the greater first;
	// houses face them and fire engines take them.
	roadClasses = []string{"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
	// laneClasses are what cars take inside a community.
	laneClasses = []string{"living_street", "service"}
	// walkwayClasses are made for people on foot.
	walkwayClasses = []string{"footway", "path", "pedestrian", "steps", "living_street"}
	// unwalkedClasses are those on which nobody walks outdoors, unless the way itself
	// says so.
	unwalkedClasses = []string{"motorway", "trunk", "elevator", "corridor"}
)

// wayClass is the class of a way, a slip road having that of its road; empty where it
// is not known.
func wayClass(f *geo.Feature) string {
	class, _ := textOf(f, "class")
	return strings.TrimSuffix(class, "_link")
}

// isRoad tells a road on which houses front, isStreet anything for cars.
func isRoad(f *geo.Feature) bool { return slices.Contains(roadClasses, wayClass(f)) }

func isStreet(f *geo.Feature) bool { return isRoad(f) || slices.Contains(laneClasses, wayClass(f)) }

// isWalkway tells a way made for people on foot that is open to them.
func isWalkway(f *geo.Feature) bool {
	return slices.Contains(walkwayClasses, wayClass(f)) && !closedOnFoot(f)
}

// isWalked tells a way outdoors that people walk on, of whatever class.
func isWalked(f *geo.Feature) bool {
	if foot, _ := f.Text("foot"); foot == "yes" {
		return true
	}
	return !closedOnFoot(f) && !slices.Contains(unwalkedClasses, wayClass(f))
}

func closedOnFoot(f *geo.Feature) bool {
	foot, _ := f.Text("foot")
	crossing, _ := f.Text("crossing")
	return foot == "no" || crossing == "no" && foot != "yes"
}

// wayPiece is a line of a way and what of it lies in the community.
type wayPiece struct {
	way   *geo.Feature
	track track
	in    spans
}

func (p *wayPiece) length() float64 { return p.in.length() }

// ways lists the lines of the ways that are wanted and lie in the community, in the
// order of the layer. The outlines of squares are no lines. any tells whether the
// community has any way at all.
func (g *ground) ways(in *Input, wanted func(*geo.Feature) bool) (out []wayPiece, any bool) {
	list := g.wayItems(in)
	for _, x := range list {
		if wanted(&x.Feature) {
			out = append(out, g.pieces(x)...)
		}
	}
	return out, len(list) > 0
}

// wayItems lists the ways a line of which lies in the community in part.
func (g *ground) wayItems(in *Input) []*item {
	v := g.view(in, "ways")
	v.waysOnce.Do(func() {
		for _, x := range v.items {
			if len(g.pieces(x)) > 0 {
				v.ways = append(v.ways, x)
			}
		}
	})
	return v.ways
}

// noWays says that the community has no ways.
func noWays() indicator.Measure {
	var m indicator.Measure
	absent(&m, "ways", "道路", "ways")
	return m
}

// classless says which ways of the community do not tell their class, where that may
// change what is measured; false where there are none.
func (g *ground) classless(in *Input, m *indicator.Measure) bool {
	pieces, _ := g.ways(in, func(f *geo.Feature) bool { return wayClass(f) == "" })
	lack := lackingOnce{lacking: lacking{layer: "ways"}}
	var ids []string
	for i := range pieces {
		lack.note(pieces[i].way, classField)
		ids = append(ids, pieces[i].way.ID)
	}
	point(m, indicator.Unknown, "ways", ids)
	lack.tell(m)
	return len(ids) > 0
}

// classField is the attribute that tells what a way is.
var classField = field{"class", "等级", "the class"}

// lengthShare is the share of a counter of metres, rounded to centimetres.
func lengthShare(c *counter) indicator.Measure {
	for _, metres := range []*float64{&c.yes, &c.no, &c.unknown, &c.maybeYes, &c.maybeNo, &c.maybeUnknown} {
		*metres = hundredths(*metres)
	}
	return c.share()
}
