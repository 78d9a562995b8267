package radio

import (
	"math"

	"yiju/analysis/radio/link"
)

// feeder is a transmitter made ready for pixel after pixel: everything as sums over
// log2 of the squared distance, and levels as exponents of 2.
type feeder struct {
	t          *transmitter
	breakM2    float64
	near, far  line2
	blocked    line2
	base       [pathKinds]line2 // EPRE, gain, calibration
	share      [pathKinds]float64
	hScale     float64 // of the squared angle in radians, to dB
	vScale     float64
	tiltRad    float64
	allRound   bool
	perInsideM float64
}

// line2 is a level in log2 of mW over log2 of the squared distance in metres.
type line2 struct{ at, slope float64 }

// Changes of units.
const (
	decade = math.Log10E * math.Ln2 / 2 // log10(d) of log2(d²)
	octave = math.Ln10 / math.Ln2 / 10  // log2 of a power of dB
	degree = math.Pi / 180
)

func newLine2(at, perDecade float64) line2 { return line2{at * octave, perDecade * decade * octave} }

func (l line2) of(x float64) float64 { return l.at + l.slope*x }

func newFeeder(t *transmitter) feeder {
	l := &t.losses
	f := feeder{
		t: t, breakM2: l.BreakM * l.BreakM,
		near: newLine2(l.Near.AtM, l.Near.PerDecade), far: newLine2(l.Far.AtM, l.Far.PerDecade),
		blocked:    newLine2(l.Blocked.AtM, l.Blocked.PerDecade),
		hScale:     12 / (t.cell.HBWDeg * degree * t.cell.HBWDeg * degree),
		vScale:     12 / (t.cell.VBWDeg * degree * t.cell.VBWDeg * degree),
		allRound:   t.antenna.AllRound(),
		tiltRad:    t.cell.TiltDeg * degree,
		perInsideM: link.InsideDBPerM * octave,
	}
	for k := range f.base {
		c := &t.kinds[k]
		at := t.cell.EPREdBm + t.cell.GainDBi + c.OffsetDB - c.SlopeDB*math.Log10(calibratedAtM)
		if k == indoorPath {
			at -= t.entry
		}
		f.base[k] = newLine2(at, c.SlopeDB)
		f.share[k] = c.share() * octave
	}
	return f
}

// patternDB is what the antenna loses towards a direction.
func (f *feeder) patternDB(dx, dy, dz float64) float64 {
	a := &f.t.antenna
	right := dx*a.CosAzimuth - dy*a.SinAzimuth
	ahead, above, side := dx*a.SinAzimuth+dy*a.CosAzimuth, dz, 0.0
	if !f.allRound {
		ahead, above = ahead*a.CosTilt-dz*a.SinTilt, ahead*a.SinTilt+dz*a.CosTilt
		off := quickAngle(max(right, -right), ahead)
		if side = off * off * f.hScale; side >= link.FrontToBackDB {
			return link.FrontToBackDB
		}
	}
	size, flat := max(above, -above), math.Sqrt(ahead*ahead+right*right)
	up := 0.0
	switch {
	case size <= flat:
		if flat > 0 {
			up = quickAtan(size / flat)
		}
	default:
		up = math.Pi/2 - quickAtan(flat/size)
	}
	if f.allRound {
		up = math.Copysign(up, above) + f.tiltRad
	}
	return min(side+min(up*up*f.vScale, link.SideLobeDB), link.FrontToBackDB)
}

// exponent is log2 of the power in mW at a place, without the wall and what is
// behind it.
func (f *feeder) exponent(dx, dy, dz float64, kind int, free bool, insideM float64) float64 {
	d2 := dx*dx + dy*dy
	x := quickLog2(max(d2+dz*dz, 1))
	loss := 0.0
	if d2 <= f.breakM2 {
		loss = f.near.of(x)
	} else {
		loss = f.far.of(x)
	}
	if !free {
		loss = max(loss, f.blocked.of(x))
	}
	e := f.base[kind].of(x) - loss - f.share[kind]*f.patternDB(dx, dy, dz)
	if kind == indoorPath {
		e -= f.perInsideM * insideM
	}
	return e
}

// powers computes a cell at the pixels of a canvas, in mW; negative where the path is
// blocked, 0 outside the community and beyond reach.
func (m *Model) powers(t *transmitter, w *work, out []float32) {
	cv, s := &w.canvas, &w.shade
	s.begin(cv, t)
	m.shadows(s)
	m.walls(s)
	m.relief(s)
	clear(out)
	f := newFeeder(t)
	g := &cv.grid
	reach2 := m.params.ReachM * m.params.ReachM
	for _, r := range cv.rows {
		row := int(r.row)
		dy := g.South + float64(row)*g.ResM - t.at[1]
		dz := cv.low - t.z
		for c := int(r.from); c < int(r.to); c++ {
			dx := g.West + float64(c)*g.ResM - t.at[0]
			if dx*dx+dy*dy > reach2 {
				continue
			}
			k := row*g.Cols + c
			if cv.z != nil {
				dz = cv.z[k] - t.z
			}
			free, kind, inside := !s.isHidden(row, c), freePath, 0.0
			switch {
			case cv.kind[k] == Indoor:
				kind = indoorPath
				inside = (1 - float64(s.inside[k])) * math.Sqrt(dx*dx+dy*dy)
			case !free:
				kind = blockedPath
			}
			p := float32(quickExp2(f.exponent(dx, dy, dz, kind, free, inside)))
			if !free {
				p = -p
			}
			out[k] = p
		}
	}
}

// walls finds, for indoor pixels, where the path passes the last wall of their
// building, as a fraction of the way.
func (m *Model) walls(s *shade) {
	cv := s.cv
	if len(cv.held) == 0 {
		return
	}
	s.inside = resize(s.inside, len(cv.kind))
	clear(s.inside)
	for _, h := range cv.held {
		p := &m.prisms[h.prism]
		for k := range p.walls {
			var g wedge
			if !g.aim(s, &p.walls[k]) || p.oriented && !g.faces {
				continue
			}
			s.passes(&g, &h)
		}
	}
}

// passes notes a wall for the pixels of its building that lie behind it.
func (s *shade) passes(g *wedge, h *held) {
	cv := s.cv
	at := 0
	g.each(s, span{1, math.Inf(1)}, func(row, from, to int) {
		for at < len(h.runs) && int(h.runs[at].row) < row {
			at++
		}
		y := float64(row) - s.ay
		for u := at; u < len(h.runs) && int(h.runs[u].row) == row; u++ {
			for c := max(from, int(h.runs[u].from)); c <= min(to, int(h.runs[u].to)-1); c++ {
				k := row*cv.grid.Cols + c
				if cv.building[k] == h.prism {
					s.inside[k] = max(s.inside[k], float32(1/((float64(c)-s.ax)*g.rx+y*g.ry)))
				}
			}
		}
	})
}
