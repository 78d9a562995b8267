package raster

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Region is one part of a labelled grid: pixels of one label that hang together
// along their sides. Parts that only touch at a corner are regions of their own.
type Region struct {
	Label int32
	// Part is the number under which Outlines.Run and Outlines.Merge spoke of it. It
	// is given to another region once Outlines.Done has returned.
	Part int
	// Col and Row are its first pixel: of its lowest row the one farthest west.
	Col, Row int
	Pixels   int64
	// Polygon is its exact outline: the outer ring counter-clockwise, holes
	// clockwise, each from its lowest, then westernmost corner, without points on
	// straight sides. It is valid: rings touch one another at corners at the most.
	Polygon orb.Polygon
}

// Outlines turns a labelled grid into polygons while its rows arrive from south to
// north. It holds one row, the outlines of regions that may still grow, and
// nothing else: memory does not grow with the rows.
//
// Each boundary between pixels is followed by its owner, with the owner on the
// left. An unfinished outline has two loose ends on the line between the last two
// rows, and each end knows the place of the other. A corner where two loose ends
// meet ties them; an outline whose own ends meet is closed.
type Outlines struct {
	// Done takes a region that is complete. Regions come in the order of their last
	// corners, from south-west to north-east.
	Done func(Region)
	// Run, if set, is told every row of a part: columns c0 to c1, c1 not included,
	// of the row that is being added.
	Run func(part, c0, c1 int)
	// Merge, if set, is told that a part turned out to belong to another; its number
	// is free afterwards.
	Merge func(into, from int)

	frame       Frame
	cols, row   int
	below, here []int32 // labels of the last two rows, one pixel of none on either side
	part        []int32 // of the pixels of row here
	partBelow   []int32
	ends        []looseEnd // by place
	corners     []corner
	freeCorner  int32
	parts       []partState
	freeParts   []int32
	retired     []int32 // parts merged away in this row
	ring, loop  []corner
	passed      map[gridPoint]int // corners on the loop where outlines touch, by place
}

// Frame places a grid of pixels: West and South are the lower left corner of pixel
// (0, 0), Step the side of a pixel.
type Frame struct{ West, South, Step float64 }

type gridPoint struct{ x, y int32 }

// corner is a point where an outline turns; next is the following one with the
// owner on the left.
type corner struct {
	at   gridPoint
	next int32
	// touches tells that the outline may come by here a second time.
	touches bool
}

// looseEnd is an end of an unfinished outline: its last (or first) corner, and the
// place of its other end.
type looseEnd struct{ corner, other int32 }

// partState is what is known of a region that may still grow.
type partState struct {
	parent int32 // itself for a root
	label  int32
	first  gridPoint
	pixels int64
	holes  []orb.Ring
}

const noCorner = -1

// NewOutlines begins a grid of a number of columns.
func NewOutlines(cols int, f Frame, done func(Region)) *Outlines {
	o := &Outlines{
		Done: done, frame: f, cols: cols, freeCorner: noCorner,
		below: make([]int32, cols+2), here: make([]int32, cols+2),
		part: make([]int32, cols+2), partBelow: make([]int32, cols+2),
		ends:   make([]looseEnd, 2*(cols+1)+2),
		passed: make(map[gridPoint]int),
	}
	return o
}

// Places of loose ends: for each column line the one that goes up with its owner
// on the west, and the one that comes down with its owner on the east; then the two
// along the row line.
func (o *Outlines) up(x int) int32   { return int32(2 * x) }
func (o *Outlines) down(x int) int32 { return int32(2*x + 1) }
func (o *Outlines) east() int32      { return int32(2 * (o.cols + 1)) }
func (o *Outlines) west() int32      { return int32(2*(o.cols+1) + 1) }

// Add takes the next row of labels, from west to east; 0 is none. It keeps nothing
// of the slice.
func (o *Outlines) Add(labels []int32) {
	o.below, o.here = o.here, o.below
	o.part, o.partBelow = o.partBelow, o.part
	copy(o.here[1:o.cols+1], labels)
	o.joinParts()
	o.turnCorners()
	o.row++
}

// Close tells that there are no more rows, and completes what is left.
func (o *Outlines) Close() {
	o.Add(make([]int32, o.cols))
}

// joinParts finds which part each pixel of the new row belongs to.
func (o *Outlines) joinParts() {
	c := 1
	for c <= o.cols {
		label := o.here[c]
		from := c
		p := int32(noCorner)
		for ; c <= o.cols && o.here[c] == label; c++ {
			if label != 0 && o.below[c] == label {
				q := o.root(o.partBelow[c])
				if p == noCorner {
					p = q
				} else if p != q {
					p = o.merge(p, q)
				}
			}
		}
		if label == 0 {
			continue
		}
		if p == noCorner {
			p = o.newPart(label, gridPoint{int32(from - 1), int32(o.row)})
		}
		for k := from; k < c; k++ {
			o.part[k] = p
		}
		o.parts[p].pixels += int64(c - from)
		if o.Run != nil {
			o.Run(int(p), from-1, c-1)
		}
	}
	o.settle()
}

// settle names the root in every pixel, so that merged numbers can be used again.
func (o *Outlines) settle() {
	if len(o.retired) == 0 {
		return
	}
	for _, row := range [][]int32{o.part, o.partBelow} {
		labels := o.here
		if &row[0] == &o.partBelow[0] {
			labels = o.below
		}
		for c := 1; c <= o.cols; c++ {
			if labels[c] != 0 {
				row[c] = o.root(row[c])
			}
		}
	}
	o.freeParts = append(o.freeParts, o.retired...)
	o.retired = o.retired[:0]
}

func (o *Outlines) root(p int32) int32 {
	for o.parts[p].parent != p {
		o.parts[p].parent = o.parts[o.parts[p].parent].parent
		p = o.parts[p].parent
	}
	return p
}

func (o *Outlines) newPart(label int32, first gridPoint) int32 {
	s := partState{label: label, first: first}
	if n := len(o.freeParts); n > 0 {
		s.parent = o.freeParts[n-1]
		o.freeParts = o.freeParts[:n-1]
		o.parts[s.parent] = s
		return s.parent
	}
	s.parent = int32(len(o.parts))
	o.parts = append(o.parts, s)
	return s.parent
}

// merge makes two parts one, under the number of the one that began first.
func (o *Outlines) merge(p, q int32) int32 {
	a, b := &o.parts[p], &o.parts[q]
	if compareGrid(b.first, a.first) < 0 {
		p, q, a, b = q, p, b, a
	}
	a.pixels += b.pixels
	a.holes = append(a.holes, b.holes...)
	b.holes = nil
	b.parent = p
	o.retired = append(o.retired, q)
	if o.Merge != nil {
		o.Merge(int(p), int(q))
	}
	return p
}

// compareGrid orders by row, then by column.
func compareGrid(a, b gridPoint) int {
	return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
}

// turnCorners follows the outlines over the line between the last two rows.
func (o *Outlines) turnCorners() {
	for x := 0; x <= o.cols; x++ {
		sw, se, nw, ne := o.below[x], o.below[x+1], o.here[x], o.here[x+1]
		if sw == nw && se == ne || sw == se && nw == ne {
			continue // everything goes straight on
		}
		o.corner(x, sw, se, nw, ne)
	}
}

// corner ties, moves and begins loose ends at a point of the grid. An owner turns
// left around its own pixel where the pixel before it on the left is another's,
// turns right where both pixels ahead are its own, and goes straight on otherwise.
func (o *Outlines) corner(x int, sw, se, nw, ne int32) {
	at := corner{at: gridPoint{int32(x), int32(o.row)}, next: noCorner, touches: sw == ne || se == nw}
	up, down, east, west := o.up(x), o.down(x), o.east(), o.west()
	// Two ends that exist meet.
	if sw != 0 && sw != se && sw != nw { // from the south, back to the west
		o.tie(up, west, at, o.partBelow[x])
	}
	if nw != 0 && nw != sw && nw == ne && nw == se { // from the west, down to the south
		o.tie(east, down, at, o.part[x])
	}
	// An end goes on in another direction.
	switch {
	case sw != 0 && sw != se && sw == nw && sw == ne:
		o.extend(up, east, at, true)
	case nw != 0 && nw != sw && nw != ne:
		o.extend(east, up, at, true)
	}
	switch {
	case se != 0 && se != sw && se != ne:
		o.extend(down, west, at, false)
	case sw != 0 && sw != nw && sw == se && sw == ne:
		o.extend(west, down, at, false)
	}
	// An outline begins.
	if ne != 0 && ne != nw && ne != se {
		o.begin(down, east, at)
	}
	if se != 0 && se != ne && se == sw && se == nw {
		o.begin(west, up, at)
	}
}

func (o *Outlines) newCorner(c corner) int32 {
	if i := o.freeCorner; i != noCorner {
		o.freeCorner = o.corners[i].next
		o.corners[i] = c
		return i
	}
	o.corners = append(o.corners, c)
	return int32(len(o.corners) - 1)
}

// begin starts an outline at a corner; head is where it goes on, tail where it will
// have come from.
func (o *Outlines) begin(tail, head int32, at corner) {
	i := o.newCorner(at)
	o.ends[tail] = looseEnd{i, head}
	o.ends[head] = looseEnd{i, tail}
}

// extend adds a corner to a loose end and moves the end to another place.
func (o *Outlines) extend(from, to int32, at corner, head bool) {
	i := o.newCorner(at)
	e := o.ends[from]
	if head {
		o.corners[e.corner].next = i
	} else {
		o.corners[i].next = e.corner
	}
	o.ends[to] = looseEnd{i, e.other}
	o.ends[e.other].other = to
}

// tie joins the end of an outline to the beginning of another, or of itself.
func (o *Outlines) tie(head, tail int32, at corner, part int32) {
	i := o.newCorner(at)
	h, t := o.ends[head], o.ends[tail]
	o.corners[h.corner].next = i
	o.corners[i].next = t.corner
	if h.other == tail {
		o.closed(i, o.root(part))
		return
	}
	o.ends[h.other].other = t.other
	o.ends[t.other].other = h.other
}

// closed takes a finished ring of corners apart where it touches itself: each loop
// is a ring of its own. One that turns left is the outer ring, and the last of its
// part to be closed.
func (o *Outlines) closed(start, part int32) {
	o.ring = o.ring[:0]
	for i := start; ; {
		c := o.corners[i]
		o.ring = append(o.ring, c)
		o.corners[i].next, o.freeCorner = o.freeCorner, i
		if i = c.next; i == start {
			break
		}
	}
	s := &o.parts[part]
	var outer orb.Ring
	o.loops(func(loop []corner) {
		ring, left := o.place(loop)
		if left {
			outer = ring
		} else {
			s.holes = append(s.holes, ring)
		}
	})
	if outer == nil {
		return
	}
	slices.SortFunc(s.holes, func(a, b orb.Ring) int {
		return cmp.Or(cmp.Compare(a[0][1], b[0][1]), cmp.Compare(a[0][0], b[0][0]))
	})
	r := Region{
		Label: s.label, Part: int(part), Col: int(s.first.x), Row: int(s.first.y), Pixels: s.pixels,
		Polygon: append(orb.Polygon{outer}, s.holes...),
	}
	s.holes = nil
	o.Done(r)
	o.freeParts = append(o.freeParts, part)
}

// loops cuts the ring into loops that pass no point twice.
func (o *Outlines) loops(found func([]corner)) {
	o.loop = o.loop[:0]
	for _, c := range o.ring {
		if c.touches {
			if k, ok := o.passed[c.at]; ok {
				for _, d := range o.loop[k+1:] {
					if d.touches {
						delete(o.passed, d.at)
					}
				}
				found(o.loop[k:])
				o.loop = o.loop[:k+1]
				continue
			}
			o.passed[c.at] = len(o.loop)
		}
		o.loop = append(o.loop, c)
	}
	clear(o.passed)
	found(o.loop)
}

// place gives a loop its coordinates, from its lowest, then westernmost corner on,
// and tells whether it turns left.
func (o *Outlines) place(loop []corner) (ring orb.Ring, left bool) {
	start, twice := 0, int64(0)
	for i, c := range loop {
		if compareGrid(c.at, loop[start].at) < 0 {
			start = i
		}
		d := loop[(i+1)%len(loop)].at
		twice += int64(c.at.x)*int64(d.y) - int64(d.x)*int64(c.at.y)
	}
	ring = make(orb.Ring, 0, len(loop)+1)
	for i := range len(loop) + 1 {
		p := loop[(start+i)%len(loop)].at
		ring = append(ring, o.frame.point(p))
	}
	return ring, twice > 0
}

func (f *Frame) point(p gridPoint) orb.Point {
	return orb.Point{f.West + float64(p.x)*f.Step, f.South + float64(p.y)*f.Step}
}

// Regions outlines a whole grid: cols×rows labels, row after row from south to
// north. Regions are ordered by label, then by their first pixel.
func Regions(labels []int32, cols int, f Frame) []Region {
	var out []Region
	o := NewOutlines(cols, f, func(r Region) { out = append(out, r) })
	for row := 0; (row+1)*cols <= len(labels); row++ {
		o.Add(labels[row*cols : (row+1)*cols])
	}
	o.Close()
	SortRegions(out)
	return out
}

// SortRegions orders regions by label, then by their first pixel.
func SortRegions(regions []Region) {
	slices.SortFunc(regions, func(a, b Region) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
	})
}
