package radio

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// What is built around a place is told by squares of builtStepM metres whose corners
// are whole multiples of it: a square is built on where its centre lies within a
// building. Around a place counts the circle of BuiltWithinM about its square.
const (
	builtStepM = 5.0
	builtReach = int(BuiltWithinM / builtStepM)
)

// surroundings are the shares of built ground around all squares of an extent.
type surroundings struct {
	west, south float64 // corner of the first square
	cols, rows  int
	share       []float32
	built       []int32 // from the start of each row of the wider grid
	filler      filler
	runs        []run
}

// squareOf is the place of the square that holds p.
func squareOf(p orb.Point) (c, r float64) {
	return math.Floor(p[0] / builtStepM), math.Floor(p[1] / builtStepM)
}

// survey finds the shares around all squares that an extent touches.
func (m *Model) survey(s *surroundings, e geo.Extent) {
	c0, r0 := squareOf(orb.Point{e.MinX, e.MinY})
	c1, r1 := squareOf(orb.Point{e.MaxX, e.MaxY})
	s.west, s.south = c0*builtStepM, r0*builtStepM
	s.cols, s.rows = int(c1-c0)+1, int(r1-r0)+1
	wide := Grid{
		West: (c0 - float64(builtReach) + 0.5) * builtStepM, South: (r0 - float64(builtReach) + 0.5) * builtStepM,
		ResM: builtStepM, Cols: s.cols + 2*builtReach, Rows: s.rows + 2*builtReach,
	}
	m.countBuilt(s, &wide, e.Grow(BuiltWithinM+builtStepM))
	s.share = resize(s.share, s.cols*s.rows)
	for r := range s.rows {
		for c := range s.cols {
			built, all := int32(0), int32(0)
			for d := -builtReach; d <= builtReach; d++ {
				half := int(math.Sqrt(float64(builtReach*builtReach - d*d)))
				start := (r+builtReach+d)*(wide.Cols+1) + c + builtReach
				built += s.built[start+half+1] - s.built[start-half]
				all += int32(2*half + 1)
			}
			s.share[r*s.cols+c] = float32(built) / float32(all)
		}
	}
}

// countBuilt counts the built squares of a grid from the start of each row.
func (m *Model) countBuilt(s *surroundings, wide *Grid, e geo.Extent) {
	s.built = resize(s.built, (wide.Cols+1)*wide.Rows)
	clear(s.built)
	m.index.Each(e, func(i int) bool {
		p := &m.prisms[i]
		if !p.holds {
			return true
		}
		s.runs = s.runs[:0]
		for k, rings := range p.rings {
			s.runs = s.filler.fill(rings, p.extent[k], wide, s.runs)
		}
		for _, u := range s.runs {
			for k := u.from; k < u.to; k++ {
				s.built[int(u.row)*(wide.Cols+1)+int(k)+1] = 1
			}
		}
		return true
	})
	for r := range wide.Rows {
		row := s.built[r*(wide.Cols+1) : (r+1)*(wide.Cols+1)]
		for k := 1; k < len(row); k++ {
			row[k] += row[k-1]
		}
	}
}

// at is the share around a place of the surveyed extent.
func (s *surroundings) at(p orb.Point) float64 {
	c, r := squareOf(p)
	i, k := int(c-math.Round(s.west/builtStepM)), int(r-math.Round(s.south/builtStepM))
	return float64(s.share[min(max(k, 0), s.rows-1)*s.cols+min(max(i, 0), s.cols-1)])
}

// BuiltShare is the share, 0 to 1, of the ground within BuiltWithinM of a place that
// is built on.
func (m *Model) BuiltShare(p orb.Point) float64 {
	var s surroundings
	m.survey(&s, geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]})
	return s.at(p)
}

// calibrate readies what a transmitter's calibration asks for.
func (m *Model) calibrate(t *transmitter) {
	c := m.params.Calibration.Of(t.cell.Band)
	if c == nil {
		return
	}
	t.calibration = c
	for k, class := range []*ClassCalibration{&c.LOS, &c.NLOS, &c.Indoor} {
		if class.SigmaDB > 0 {
			t.sigma[k] = class.SigmaDB
		}
		t.counts = t.counts || class.BlockersDB != 0
		t.looksRound = t.looksRound || class.Surroundings()
	}
	if t.looksRound {
		t.builtShare = m.BuiltShare(t.at)
	}
}

// circumstances are what the calibration of a transmitter asks of a link.
func (m *Model) circumstances(t *transmitter, s *receiver, l *Link) Circumstances {
	at := Circumstances{
		Distance3DM: l.Distance3DM, PathLossDB: l.PathLossDB + l.DiffractionDB,
		EPREdBm: l.EPREdBm, EntryDB: l.EntryDB, CellBuiltShare: t.builtShare,
	}
	at.SideDB, at.UpWidths = t.antenna.Parts(s.at[0]-t.at[0], s.at[1]-t.at[1], s.z-t.z)
	if t.counts && l.Path == NLOS {
		n := 0
		m.inTheWay(t, s, func(i int) {
			if m.prisms[i].stands(t, s) {
				n++
			}
		})
		at.LogBlockers = math.Log10(1 + float64(n))
	}
	if t.looksRound {
		at.BuiltShare = m.BuiltShare(s.at)
	}
	return at
}

// asksRound tells whether any calibration asks for surroundings.
func (c *Calibration) asksRound() bool {
	if c == nil {
		return false
	}
	for _, b := range c.Bands {
		if b.LOS.Surroundings() || b.NLOS.Surroundings() || b.Indoor.Surroundings() {
			return true
		}
	}
	return false
}
