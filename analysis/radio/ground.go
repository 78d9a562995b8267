package radio

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// groundStepM is the distance of the nodes of the ground in metres: heights between
// them are bilinear, whatever the terrain's own grid.
const groundStepM = 10.0

// groundFrameM is what the sides of the ground are whole multiples of: so that cells
// that come, go or move seldom change it.
const groundFrameM = 200.0

// mostGroundNodes bounds the memory of the ground: 4 bytes each, and a third more.
const mostGroundNodes = 64_000_000

// ground is the surface that the terrain is taken for. Beyond its edge it continues
// level. A nil ground is flat, at height 0.
type ground struct {
	west, south float64 // first node
	cols, rows  int
	z           []float32
	peaks       []peaks // from single patches to all of them
	// unknown are the nodes that the terrain does not know, ascending: their heights are
	// those of the nearest one that it does.
	unknown []int
}

// groundFrame is what the ground spans where paths run within an extent.
func groundFrame(e geo.Extent) geo.Extent {
	return geo.Extent{
		MinX: math.Floor(e.MinX/groundFrameM) * groundFrameM, MinY: math.Floor(e.MinY/groundFrameM) * groundFrameM,
		MaxX: math.Ceil(e.MaxX/groundFrameM) * groundFrameM, MaxY: math.Ceil(e.MaxY/groundFrameM) * groundFrameM,
	}
}

// newGround samples a terrain over the frame of an extent. Unknown heights within the community
// are refused.
func newGround(t analysis.Terrain, e geo.Extent, community orb.Geometry) (*ground, error) {
	if t == nil {
		return nil, nil
	}
	e = groundFrame(e)
	c0, r0 := math.Floor(e.MinX/groundStepM), math.Floor(e.MinY/groundStepM)
	cols, rows := math.Ceil(e.MaxX/groundStepM)-c0+1, math.Ceil(e.MaxY/groundStepM)-r0+1
	if !(cols*rows <= mostGroundNodes) {
		return nil, geo.Refuse(
			geo.Tf("地形范围过大：%.0f 个高程点，上限 %d", "the terrain is too large: %.0f heights, the limit is %d", cols*rows, mostGroundNodes),
			geo.T("缩小社区或计算半径", "take a smaller community or a smaller reach"))
	}
	g := &ground{west: c0 * groundStepM, south: r0 * groundStepM, cols: int(cols), rows: int(rows)}
	g.z = make([]float32, g.cols*g.rows)
	var unknown []int
	for i := range g.z {
		z, ok := t.HeightAt(g.node(i))
		if !ok || math.IsNaN(z) || math.IsInf(z, 0) {
			unknown = append(unknown, i)
			z = math.NaN()
		}
		g.z[i] = float32(z)
	}
	for _, i := range unknown {
		if geo.Inside(community, g.node(i)) {
			p := g.node(i)
			return nil, geo.Refuse(
				geo.Tf("地形没有覆盖整个社区：(%.0f, %.0f) 处高程未知", "the terrain does not cover the whole community: no height at (%.0f, %.0f)", p[0], p[1]),
				geo.T("导入覆盖社区的地形，或删除地形后按平地计算", "import a terrain that covers it, or remove the terrain to compute on flat ground"))
		}
	}
	g.unknown = unknown
	if len(unknown) == len(g.z) {
		return nil, nil // nothing known, and no node in a small community
	}
	g.spread(unknown)
	g.raise()
	return g, nil
}

// filled is the share of the nodes in and around an extent whose heights the terrain
// does not know.
func (g *ground) filled(e geo.Extent) float64 {
	from, to := orb.Point{math.Floor(e.MinX/groundStepM) * groundStepM, math.Floor(e.MinY/groundStepM) * groundStepM},
		orb.Point{math.Ceil(e.MaxX/groundStepM) * groundStepM, math.Ceil(e.MaxY/groundStepM) * groundStepM}
	within := geo.Extent{MinX: from[0], MinY: from[1], MaxX: to[0], MaxY: to[1]}
	n := 0
	for _, i := range g.unknown {
		if within.Contains(g.node(i)) {
			n++
		}
	}
	return float64(n) / (((to[0]-from[0])/groundStepM + 1) * ((to[1]-from[1])/groundStepM + 1))
}

func (g *ground) node(i int) orb.Point {
	return orb.Point{g.west + float64(i%g.cols)*groundStepM, g.south + float64(i/g.cols)*groundStepM}
}

// spread gives unknown nodes the heights of known neighbours, ring after ring.
func (g *ground) spread(unknown []int) {
	for len(unknown) > 0 {
		var rest, found []int
		var heights []float32
		for _, i := range unknown {
			if z, ok := g.neighbour(i); ok {
				found, heights = append(found, i), append(heights, z)
			} else {
				rest = append(rest, i)
			}
		}
		for k, i := range found {
			g.z[i] = heights[k]
		}
		unknown = rest
	}
}

// neighbour is the height of the first known node beside node i: south, west, east,
// north.
func (g *ground) neighbour(i int) (float32, bool) {
	c, r := i%g.cols, i/g.cols
	for _, d := range [][2]int{{0, -1}, {-1, 0}, {1, 0}, {0, 1}} {
		if x, y := c+d[0], r+d[1]; x >= 0 && x < g.cols && y >= 0 && y < g.rows {
			if z := g.z[y*g.cols+x]; !math.IsNaN(float64(z)) {
				return z, true
			}
		}
	}
	return 0, false
}

// at is the height of a node; nodes beyond the edge have that of the nearest.
func (g *ground) at(c, r int) float64 {
	return float64(g.z[min(max(r, 0), g.rows-1)*g.cols+min(max(c, 0), g.cols-1)])
}

// height is the height of the ground at a place.
func (g *ground) height(p orb.Point) float64 {
	if g == nil {
		return 0
	}
	x, y := (p[0]-g.west)/groundStepM, (p[1]-g.south)/groundStepM
	c, r := math.Floor(x), math.Floor(y)
	return g.within(int(c), int(r), x-c, y-r)
}

// within is the height in the patch north-east of node (c, r), at fractions of it.
func (g *ground) within(c, r int, fx, fy float64) float64 {
	south := g.at(c, r)*(1-fx) + g.at(c+1, r)*fx
	north := g.at(c, r+1)*(1-fx) + g.at(c+1, r+1)*fx
	return south*(1-fy) + north*fy
}

// grazeM is how far the ground may stand into a path without blocking it: less than
// rounding can tell.
const grazeM = 1e-6

// eachPatch walks from s to p over the patches of the ground and gives for each the
// part of the way, in fractions of it, until f says stop.
func (g *ground) eachPatch(s, p orb.Point, f func(from, to float64) bool) {
	var next, step [2]float64
	origin := [2]float64{g.west, g.south}
	for k := range 2 {
		next[k], step[k] = math.Inf(1), math.Inf(1)
		d := p[k] - s[k]
		if d == 0 {
			continue
		}
		line := math.Floor((s[k] - origin[k]) / groundStepM)
		if d > 0 {
			line++
		}
		next[k] = (origin[k] + line*groundStepM - s[k]) / d
		step[k] = groundStepM / math.Abs(d)
	}
	for t := 0.0; t < 1; {
		to := min(next[0], next[1], 1)
		if to > t && !f(t, to) {
			return
		}
		for k := range 2 {
			if next[k] <= to {
				next[k] += step[k]
			}
		}
		t = max(t, to)
	}
}

// rise is how far the ground stands above a line of sight over a part of the way,
// at the most, and where. The ground along a line over one patch is a parabola.
func (g *ground) rise(s, p orb.Point, zs, zp, from, to float64) (t, above float64) {
	mid := (from + to) / 2
	at := func(t float64) float64 {
		q := orb.Point{s[0] + (p[0]-s[0])*t, s[1] + (p[1]-s[1])*t}
		return g.patchHeight(q, s, p, mid) - (zs + (zp-zs)*t)
	}
	a, b, c := at(from), at(mid), at(to)
	t, above = from, a
	if c > above {
		t, above = to, c
	}
	bend := 2 * (a + c - 2*b) // of u in 0…1
	slope := 4*b - 3*a - c
	if bend < 0 {
		if u := -slope / (2 * bend); u > 0 && u < 1 {
			if top := a + u*(slope+u*bend); top > above {
				t, above = from+u*(to-from), top
			}
		}
	}
	return t, above
}

// patchHeight is the height at q in the patch that the middle of the part lies in,
// which counts where q is on the edge of two.
func (g *ground) patchHeight(q, s, p orb.Point, mid float64) float64 {
	c := math.Floor((s[0] + (p[0]-s[0])*mid - g.west) / groundStepM)
	r := math.Floor((s[1] + (p[1]-s[1])*mid - g.south) / groundStepM)
	return g.within(int(c), int(r), (q[0]-g.west)/groundStepM-c, (q[1]-g.south)/groundStepM-r)
}

// blocks tells whether the ground stands into the line of sight from s at height zs
// to p at height zp.
func (g *ground) blocks(s, p orb.Point, zs, zp float64) bool {
	if g == nil {
		return false
	}
	blocked := false
	g.eachPatch(s, p, func(from, to float64) bool {
		_, above := g.rise(s, p, zs, zp, from, to)
		blocked = above > grazeM
		return !blocked
	})
	return blocked
}
