package radio

import (
	"math"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// feeder is a transmitter made ready for pixel after pixel: everything as sums over
// log2 of the squared distance, and levels as exponents of 2.
type feeder struct {
	t         *transmitter
	breakM2   float64
	near, far line2
	blocked   line2
	epre      float64    // with the gain
	entry     [2]float64 // of the wall, and per metre inside
	hScale    float64    // of the squared angle in radians, to dB
	perVBW    float64    // vertical widths of the beam in a radian
	tiltRad   float64
	allRound  bool
	at        Circumstances // for the calibration, reused
}

// line2 is a loss in dB over log2 of the squared distance in metres.
type line2 struct{ at, slope float64 }

// Changes of units.
const (
	decade = math.Log10E * math.Ln2 / 2 // log10(d) of log2(d²)
	octave = math.Ln10 / math.Ln2 / 10  // log2 of a power of dB
	degree = math.Pi / 180
)

func newLine2(l link.Line) line2 { return line2{l.AtM, l.PerDecade * decade} }

func (l line2) of(x float64) float64 { return l.at + l.slope*x }

func newFeeder(t *transmitter) feeder {
	l := &t.losses
	f := feeder{
		t: t, breakM2: l.BreakM * l.BreakM,
		near: newLine2(l.Near), far: newLine2(l.Far), blocked: newLine2(l.Blocked),
		epre:     t.cell.EPREdBm + t.cell.GainDBi,
		entry:    [2]float64{t.entry, link.InsideDBPerM},
		hScale:   12 / (t.cell.HBWDeg * degree * t.cell.HBWDeg * degree),
		perVBW:   1 / (t.cell.VBWDeg * degree),
		allRound: t.antenna.AllRound(),
		tiltRad:  t.cell.TiltDeg * degree,
	}
	f.at.EPREdBm, f.at.CellBuiltShare = t.cell.EPREdBm, t.builtShare
	return f
}

// sideDB is what the antenna loses beside its main direction; ahead and right are in
// its own axes.
func (f *feeder) sideDB(ahead, right float64) float64 {
	if f.allRound {
		return 0
	}
	off := quickAngle(max(right, -right), ahead)
	return min(off*off*f.hScale, link.FrontToBackDB)
}

// upWidths is the angle above its axis in vertical widths of the beam.
func (f *feeder) upWidths(ahead, right, above float64) float64 {
	up := 0.0
	if size, flat := max(above, -above), math.Sqrt(ahead*ahead+right*right); size <= flat {
		if flat > 0 {
			up = quickAtan(size / flat)
		}
	} else {
		up = math.Pi/2 - quickAtan(flat/size)
	}
	if f.allRound {
		up = math.Copysign(up, above) + f.tiltRad
	}
	return up * f.perVBW
}

// spot2 is a pixel as a feeder sees it.
type spot2 struct {
	dx, dy, dz   float64
	free, indoor bool
	insideM      float64
	edgeDB       float64 // diffraction; negative for the statistical loss
	blockers     uint16
	built        float64
}

// level is the level in dBm.
func (f *feeder) level(p *spot2) float64 {
	d2 := p.dx*p.dx + p.dy*p.dy
	x := quickLog2(max(d2+p.dz*p.dz, 1))
	loss := 0.0
	if d2 <= f.breakM2 {
		loss = f.near.of(x)
	} else {
		loss = f.far.of(x)
	}
	if !p.free {
		statistical := max(loss, f.blocked.of(x))
		if loss += p.edgeDB; p.edgeDB < 0 || loss > statistical {
			loss = statistical
		}
	}
	entry := 0.0
	if p.indoor {
		entry = f.entry[0] + f.entry[1]*p.insideM
	}
	a := &f.t.antenna
	right := p.dx*a.CosAzimuth - p.dy*a.SinAzimuth
	ahead, above := p.dx*a.SinAzimuth+p.dy*a.CosAzimuth, p.dz
	if !f.allRound {
		ahead, above = ahead*a.CosTilt-above*a.SinTilt, ahead*a.SinTilt+above*a.CosTilt
	}
	side := f.sideDB(ahead, right)
	if f.t.calibration == nil {
		if side < link.FrontToBackDB {
			side = min(side+link.DownDB(f.upWidths(ahead, right, above)), link.FrontToBackDB)
		}
		return f.epre - side - loss - entry
	}
	f.at.SideDB, f.at.UpWidths = side, f.upWidths(ahead, right, above)
	return f.epre - f.at.AntennaDB() - loss - entry + f.change(p, x, loss, entry)
}

// change is what the calibration adds.
func (f *feeder) change(p *spot2, x, loss, entry float64) float64 {
	at := &f.at
	at.PathLossDB, at.EntryDB, at.BuiltShare = loss, entry, p.built
	at.LogBlockers = quickLog2(float64(p.blockers)+1) * math.Ln2 * math.Log10E
	log := x*decade - 2 // of the distance over 100 m
	c := f.t.calibration
	path := &c.LOS
	if !p.free {
		path = &c.NLOS
	}
	sum := path.changeDB(at, log)
	if p.indoor {
		sum += c.Indoor.changeDB(at, log)
	}
	return sum
}

// powers computes a cell at the pixels of a canvas, in mW; negative where the path is
// blocked, 0 outside the community and beyond reach. Where stale is not empty, out
// holds powers from before the buildings in these places changed, and what they do not
// change is left.
func (m *Model) powers(t *transmitter, w *work, out []float32, stale []geo.Extent) {
	cv, s := &w.canvas, &w.shade
	s.begin(cv, t, m.params.Blocked == KnifeEdge)
	m.shadows(s)
	m.relief(s)
	m.walls(s)
	g := &cv.grid
	// What else than its own building and whether it is hidden a power depends on.
	mend := len(stale) > 0 && !s.diffracts && !t.counts && !t.looksRound
	if mend {
		w.mended = markPlaces(w.mended, g, stale)
	} else {
		clear(out)
	}
	f := newFeeder(t)
	reach2 := m.params.ReachM * m.params.ReachM
	p := spot2{edgeDB: -1}
	for _, r := range cv.rows {
		row := int(r.row)
		p.dy = g.South + float64(row)*g.ResM - t.at[1]
		p.dz = cv.low - t.z
		for c := int(r.from); c < int(r.to); c++ {
			p.dx = g.West + float64(c)*g.ResM - t.at[0]
			if p.dx*p.dx+p.dy*p.dy > reach2 {
				continue
			}
			k := row*g.Cols + c
			if cv.z != nil {
				p.dz = cv.z[k] - t.z
			}
			p.free, p.indoor = !s.isHidden(row, c), cv.kind[k] == Indoor
			if mend && p.free == (out[k] > 0) && !w.mended[k] {
				continue
			}
			if p.indoor {
				p.insideM = (1 - float64(s.inside[k])) * math.Sqrt(p.dx*p.dx+p.dy*p.dy)
			}
			if t.counts {
				p.blockers = s.counts[k]
			}
			if t.looksRound {
				p.built = float64(cv.built[k])
			}
			if s.diffracts && !p.free {
				p.edgeDB = quickEdgeDB(s.edges[k])
			}
			power := float32(quickExp2(octave * f.level(&p)))
			if !p.free {
				power = -power
			}
			out[k] = power
		}
	}
}

// markPlaces marks the pixels of a grid that lie in one of some extents.
func markPlaces(marks []bool, g *Grid, places []geo.Extent) []bool {
	marks = resize(marks, g.Cols*g.Rows)
	clear(marks)
	for _, e := range places {
		c0, r0 := clampInt(math.Floor((e.MinX-g.West)/g.ResM)-1, g.Cols), clampInt(math.Floor((e.MinY-g.South)/g.ResM)-1, g.Rows)
		c1, r1 := clampInt(math.Ceil((e.MaxX-g.West)/g.ResM)+1, g.Cols), clampInt(math.Ceil((e.MaxY-g.South)/g.ResM)+1, g.Rows)
		for r := r0; r <= r1; r++ {
			for k := r*g.Cols + c0; k <= r*g.Cols+c1; k++ {
				marks[k] = true
			}
		}
	}
	return marks
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
