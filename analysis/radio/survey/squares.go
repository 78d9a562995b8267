package survey

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/geo"
)

// squares are the obstacles: a grid of squares, each with the building that stands
// on it.
type squares struct {
	west, south, side float64
	cols, rows        int
	// state says what is known of a square; label is the building on it, 0 for none.
	state []uint8
	label []int32
	// top is the height of the roof of a building, like heights of the ground;
	// building 0 is none.
	top []float64
	// ground is the height of the ground; NaN where it is not known.
	ground []float32
	height []float32
}

// What is known of a square.
const (
	unknownSquare uint8 = iota
	openSquare
	builtSquare
	presumedSquare
)

// Presuming: a square is amid measured ones where, going straight or aslant, at
// least amidDirections of the eight directions meet one within amidM.
const (
	amidM          = 60.0
	amidDirections = 6
)

var eight = [8][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}

// Obstacles tells what stands in for buildings.
type Obstacles struct {
	// Source is "buildings" (outlines), "measured" (heights that measurements tell)
	// or "none".
	Source string `json:"source"`
	// Squares are counted by what is known of them; SquareM is their side.
	SquareM  float64 `json:"square_m"`
	Open     int     `json:"open"`
	Built    int     `json:"built"`
	Presumed int     `json:"presumed"`
	// PresumedM is the height of presumed buildings: the median of the known ones.
	PresumedM float64 `json:"presumed_m"`
	Buildings int     `json:"buildings"`
}

// survey finds obstacles and ground.
func (s *Survey) survey(rows []row, in *Input) error {
	q, err := newSquares(rows, s.cells, s.options.SquareM, radio.BuiltWithinM+s.options.PlaceM, len(in.Buildings) > 0)
	if err != nil {
		return err
	}
	s.squares = q
	s.obstacles = Obstacles{Source: "none", SquareM: q.side}
	s.level(rows)
	measured := q.measure(in.Rows)
	switch {
	case len(in.Buildings) > 0:
		s.obstacles.Source = "buildings"
		s.outline(in.Buildings)
	case measured:
		s.obstacles.Source = "measured"
		s.obstacles.PresumedM = q.medianHeight()
		q.presume()
		q.join(s.obstacles.PresumedM)
	default:
		s.notes.add("no_obstacles", "", nil, geo.T("既无建筑轮廓，实测数据也不含建筑高度：所有路径按无遮挡计",
			"there are no outlines of buildings and no heights in the measurements: every path is taken as free"))
	}
	for _, st := range q.state {
		switch st {
		case openSquare:
			s.obstacles.Open++
		case builtSquare:
			s.obstacles.Built++
		case presumedSquare:
			s.obstacles.Presumed++
		}
	}
	s.obstacles.Buildings = len(q.top) - 1
	return nil
}

// newSquares lays a grid over rows and cells. Its lines are at whole multiples of the
// side where there are outlines, as the engine has them; else half-way between, so
// that places measured on a grid are the centres of squares.
func newSquares(rows []row, cells []cell, side, margin float64, outlines bool) (*squares, error) {
	e := geo.EmptyExtent()
	for i := range rows {
		e.IncludePoint(rows[i].At)
	}
	for i := range cells {
		if cells[i].rows > 0 {
			e.IncludePoint(cells[i].At)
		}
	}
	e = e.Grow(margin + 2*side)
	shift := side / 2
	if outlines {
		shift = 0
	}
	q := &squares{side: side, west: math.Floor((e.MinX-shift)/side)*side + shift, south: math.Floor((e.MinY-shift)/side)*side + shift}
	cols, across := math.Ceil((e.MaxX-q.west)/side), math.Ceil((e.MaxY-q.south)/side)
	if !(cols*across <= mostSquares) {
		return nil, geo.Refuse(
			geo.Tf("实测数据分布在 %.0f × %.0f 公里内，超过可处理的范围", "the measurements spread over %.0f by %.0f km, more than can be handled", (e.MaxX-e.MinX)/1e3, (e.MaxY-e.MinY)/1e3),
			geo.T("检查坐标，或分区导入", "check the coordinates, or import a part of the area"))
	}
	q.cols, q.rows = int(cols), int(across)
	n := q.cols * q.rows
	q.state, q.label = make([]uint8, n), make([]int32, n)
	q.ground, q.height = make([]float32, n), make([]float32, n)
	for i := range q.ground {
		q.ground[i], q.height[i] = float32(math.NaN()), float32(math.NaN())
	}
	q.top = []float64{math.Inf(-1)}
	return q, nil
}

// at is the square of a place; the margin makes sure there is one.
func (q *squares) at(p orb.Point) int {
	c := min(max(int((p[0]-q.west)/q.side), 0), q.cols-1)
	r := min(max(int((p[1]-q.south)/q.side), 0), q.rows-1)
	return r*q.cols + c
}

// covers tells whether a place is on the grid.
func (q *squares) covers(p orb.Point) bool {
	x, y := (p[0]-q.west)/q.side, (p[1]-q.south)/q.side
	return x >= 0 && y >= 0 && x < float64(q.cols) && y < float64(q.rows)
}

func (q *squares) centre(i int) orb.Point {
	return orb.Point{q.west + (float64(i%q.cols)+0.5)*q.side, q.south + (float64(i/q.cols)+0.5)*q.side}
}

// level takes heights of the ground from rows and cells. Where one in use lacks its
// own, the ground is flat: a mixture would make hills.
func (s *Survey) level(rows []row) {
	flat := 0
	for i := range rows {
		if !known(rows[i].GroundM) {
			flat++
		}
	}
	for i := range s.cells {
		if s.cells[i].rows > 0 && !s.cells[i].grounded {
			flat++
		}
	}
	if flat > 0 {
		s.notes.add("flat_ground", "measurements", nil, geo.Tf("%d 条记录没有地面高程，按平地计", "%d records have no ground level; the ground is taken as flat", flat))
	}
	for i := range rows {
		if flat > 0 {
			rows[i].GroundM = 0
		}
		s.squares.ground[s.squares.at(rows[i].At)] = float32(rows[i].GroundM)
	}
	for i := range s.cells {
		c := &s.cells[i]
		if flat > 0 {
			c.GroundM = 0
		}
		c.z = c.GroundM + c.HeightM
	}
}

// measure takes heights of buildings from rows, also from those whose level cannot be
// used; false where none tells one.
func (q *squares) measure(rows []Measurement) bool {
	told := false
	for i := range rows {
		h := rows[i].BuildingM
		if !known(h) || !q.covers(rows[i].At) {
			continue
		}
		told = true
		k := q.at(rows[i].At)
		// Squares larger than the grid of the measurements hold several; the highest
		// building counts.
		if q.state[k] == unknownSquare || float32(h) > q.height[k] {
			q.height[k] = float32(h)
			q.state[k] = openSquare
			if h > 0 {
				q.state[k] = builtSquare
			}
		}
	}
	return told
}

func (q *squares) medianHeight() float64 {
	var heights []float32
	for i, st := range q.state {
		if st == builtSquare {
			heights = append(heights, q.height[i])
		}
	}
	if len(heights) == 0 {
		return 0
	}
	slices.Sort(heights)
	return float64(heights[(len(heights)-1)/2])
}

// presume finds the squares amid measured ones.
func (q *squares) presume() {
	reach := int(amidM / q.side)
	for r := range q.rows {
		for c := range q.cols {
			i := r*q.cols + c
			if q.state[i] == unknownSquare && q.amid(c, r, reach) {
				q.state[i] = presumedSquare
			}
		}
	}
}

func (q *squares) amid(c, r, reach int) bool {
	met := 0
	for _, d := range eight {
		x, y := c, r
		for range reach {
			x, y = x+d[0], y+d[1]
			if x < 0 || y < 0 || x >= q.cols || y >= q.rows {
				break
			}
			if st := q.state[y*q.cols+x]; st == openSquare || st == builtSquare {
				met++
				break
			}
		}
	}
	return met >= amidDirections
}

// join makes buildings of squares that touch along a side: built ones of the same
// height, and presumed ones. A building stands on the mean of its known ground.
func (q *squares) join(presumedM float64) {
	var stack []int
	for i, st := range q.state {
		if q.label[i] != 0 || st != builtSquare && st != presumedSquare {
			continue
		}
		label := int32(len(q.top))
		q.label[i] = label
		stack = append(stack[:0], i)
		sum, n := 0.0, 0.0
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, d := range eight[:4] {
				m, ok := q.beside(k, d)
				if !ok {
					continue
				}
				if g := q.ground[m]; g == g {
					sum, n = sum+float64(g), n+1
				}
				if q.label[m] == 0 && q.state[m] == st && (st == presumedSquare || q.height[m] == q.height[i]) {
					q.label[m] = label
					stack = append(stack, m)
				}
			}
		}
		height := presumedM
		if st == builtSquare {
			height = float64(q.height[i])
			if g := q.ground[i]; g == g {
				sum, n = sum+float64(g), n+1
			}
		}
		q.top = append(q.top, sum/max(n, 1)+height)
	}
}

func (q *squares) beside(k int, d [2]int) (int, bool) {
	c, r := k%q.cols+d[0], k/q.cols+d[1]
	return r*q.cols + c, c >= 0 && r >= 0 && c < q.cols && r < q.rows
}

// outline makes buildings of outlines: the squares whose centres they cover.
func (s *Survey) outline(buildings []geo.Feature) {
	q := s.squares
	for i := range q.state {
		q.state[i] = openSquare
	}
	var unknown []string
	for i := range buildings {
		f := &buildings[i]
		height, ok := storeys(f)
		if !ok {
			unknown = append(unknown, f.ID)
			continue
		}
		label := int32(len(q.top))
		centre, _ := geo.Centroid(f.Geometry)
		q.top = append(q.top, q.groundNear(centre)+height)
		q.paint(f.Geometry, label)
	}
	if len(unknown) > 0 {
		s.notes.add("buildings_without_height", "buildings", unknown, geo.Tf("%d 栋建筑没有高度，不计遮挡", "%d buildings have no height and block nothing", len(unknown)))
	}
}

// storeys is the height of a building as the engine takes it.
func storeys(f *geo.Feature) (float64, bool) {
	if h, ok := f.Number("height_m"); ok {
		return h, true
	}
	n, ok := f.Number("floors")
	return n * radio.FloorM, ok
}

// paint gives a building the squares whose centres it covers and that no other has.
func (q *squares) paint(g orb.Geometry, label int32) {
	e := geo.ExtentOf(g)
	from, to := q.at(orb.Point{e.MinX, e.MinY}), q.at(orb.Point{e.MaxX, e.MaxY})
	for r := from / q.cols; r <= to/q.cols; r++ {
		for c := from % q.cols; c <= to%q.cols; c++ {
			i := r*q.cols + c
			if q.label[i] == 0 && geo.Inside(g, q.centre(i)) {
				q.label[i], q.state[i] = label, builtSquare
			}
		}
	}
}

// groundNear is the ground in the square of a place or in the nearest ring of squares
// around it that tells it, 0 where none within amidM does.
func (q *squares) groundNear(p orb.Point) float64 {
	i := q.at(p)
	c, r := i%q.cols, i/q.cols
	for ring := range int(amidM/q.side) + 1 {
		sum, n := 0.0, 0.0
		for y := max(r-ring, 0); y <= min(r+ring, q.rows-1); y++ {
			for x := max(c-ring, 0); x <= min(c+ring, q.cols-1); x++ {
				if g := q.ground[y*q.cols+x]; g == g {
					sum, n = sum+float64(g), n+1
				}
			}
		}
		if n > 0 {
			return sum / n
		}
	}
	return 0
}
