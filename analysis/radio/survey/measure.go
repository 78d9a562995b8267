package survey

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/analysis/radio/link"
	"yiju/geo"
)

// linked is a row with the terms of its link.
type linked struct {
	cell     int32
	path     radio.Path
	indoor   bool
	rsrp     float64 // measured
	port     float64 // EPRE + Gmax
	distance float64 // in plan
	at       radio.Circumstances
}

// nominal is the level without calibration.
func (s *linked) nominal() float64 {
	return s.port - s.at.PathLossDB - s.at.AntennaDB() - s.at.EntryDB
}

// predicted is the level with a calibration; nil is none.
func (s *linked) predicted(c *radio.BandCalibration) float64 {
	if c == nil {
		return s.nominal()
	}
	return s.nominal() + c.ChangeDB(s.path, s.indoor, &s.at)
}

// measure works out the terms of all links, on all processors; a row's terms depend
// on nothing but the row.
func (s *Survey) measure(rows []row) {
	around := newSurroundings(s.squares)
	for i := range s.cells {
		if c := &s.cells[i]; c.rows > 0 {
			s.ready(c, around)
		}
	}
	s.samples = make([]linked, len(rows))
	const chunk = 4096
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			t := newTracer(s.squares)
			for from := range jobs {
				for i := from; i < min(from+chunk, len(rows)); i++ {
					s.samples[i] = s.link(t, around, &rows[i])
				}
			}
		})
	}
	for from := 0; from < len(rows); from += chunk {
		jobs <- from
	}
	close(jobs)
	wg.Wait()
}

// How the scenario of a cell is chosen: as radio.Model does.
const (
	roofsWithinM = 200.0
	fewestRoofs  = 3
	macroM       = 20.0
)

func (s *Survey) ready(c *cell, around *surroundings) {
	c.scenario = s.scenario(c)
	c.losses = c.scenario.Losses(c.HeightM, min(max(s.options.PhoneM, link.LowestPhoneM), link.HighestPhoneM), c.FreqMHz/1000)
	c.antenna = link.NewAntenna(link.Beam{HBWDeg: c.HBWDeg, VBWDeg: c.VBWDeg}, c.AzimuthDeg, c.TiltDeg)
	c.entry = link.EntryLowDB(c.FreqMHz / 1000)
	if s.options.Entry == radio.HighLoss {
		c.entry = link.EntryHighDB(c.FreqMHz / 1000)
	}
	c.built = around.share(c.At)
}

func (s *Survey) scenario(c *cell) link.Scenario {
	q := s.squares
	seen := make(map[int32]bool)
	var roofs []float64
	from, to := q.at(orb.Point{c.At[0] - roofsWithinM, c.At[1] - roofsWithinM}), q.at(orb.Point{c.At[0] + roofsWithinM, c.At[1] + roofsWithinM})
	for r := from / q.cols; r <= to/q.cols; r++ {
		for k := from % q.cols; k <= to%q.cols; k++ {
			i := r*q.cols + k
			if l := q.label[i]; l != 0 && !seen[l] && geo.Distance(q.centre(i), c.At) <= roofsWithinM {
				seen[l] = true
				roofs = append(roofs, q.top[l])
			}
		}
	}
	above := c.HeightM >= macroM
	if n := len(roofs); n >= fewestRoofs {
		slices.Sort(roofs)
		above = c.z > (roofs[(n-1)/2]+roofs[n/2])/2
	}
	if above {
		return link.UMa
	}
	return link.UMi
}

// link works out the terms of one row.
func (s *Survey) link(t *tracer, around *surroundings, r *row) linked {
	c := &s.cells[r.cell]
	phone := r.GroundM + s.options.PhoneM
	if known(r.HeightM) && r.HeightM > 0 {
		phone = r.GroundM + r.HeightM
	}
	out := linked{cell: r.cell, rsrp: r.RSRPdBm, distance: geo.Distance(r.At, c.At)}
	dz := phone - c.z
	at := &out.at
	at.Distance3DM = math.Hypot(out.distance, dz)
	at.SideDB, at.UpWidths = c.antenna.Parts(r.At[0]-c.At[0], r.At[1]-c.At[1], dz)
	at.EPREdBm = c.EPREdBm
	n, inside := t.block(c.At, r.At, c.z, phone)
	loss := c.losses.LOS(out.distance, at.Distance3DM)
	out.path = radio.LOS
	if n > 0 {
		out.path = radio.NLOS
		loss = c.losses.NLOS(out.distance, at.Distance3DM)
	}
	if s.squares.label[s.squares.at(r.At)] != 0 {
		out.indoor = true
		at.EntryDB = c.entry + link.InsideDBPerM*inside
	}
	out.port, at.PathLossDB = c.EPREdBm+c.GainDBi, loss
	at.LogBlockers = s.logBlockers(t, c, r, phone, n)
	at.BuiltShare, at.CellBuiltShare = around.share(r.At), c.built
	return out
}

// logBlockers is log10(1+n) of the buildings in the way, averaged over the places
// where the phone may have been.
func (s *Survey) logBlockers(t *tracer, c *cell, r *row, phone float64, here int) float64 {
	sum := math.Log10(1 + float64(here))
	if s.options.PlaceM == 0 {
		return sum
	}
	for _, d := range eight[:4] {
		p := orb.Point{r.At[0] + float64(d[0])*s.options.PlaceM, r.At[1] + float64(d[1])*s.options.PlaceM}
		n, _ := t.block(c.At, p, c.z, phone)
		sum += math.Log10(1 + float64(n))
	}
	return sum / 5
}

// surroundings answers how much ground around a place is built on.
type surroundings struct {
	q *squares
	// open counts open squares from the start of each row of squares.
	open, built []int32
	half        []int // by row from −reach on: how far the circle goes to either side
}

func newSurroundings(q *squares) *surroundings {
	s := &surroundings{q: q, open: make([]int32, (q.cols+1)*q.rows), built: make([]int32, (q.cols+1)*q.rows)}
	for r := range q.rows {
		for c := range q.cols {
			i, k := r*(q.cols+1)+c, r*q.cols+c
			s.open[i+1], s.built[i+1] = s.open[i], s.built[i]
			switch q.state[k] {
			case openSquare:
				s.open[i+1]++
			case builtSquare, presumedSquare:
				s.built[i+1]++
			}
		}
	}
	reach := radio.BuiltWithinM / q.side
	for d := -int(reach); d <= int(reach); d++ {
		s.half = append(s.half, int(math.Sqrt(reach*reach-float64(d*d))))
	}
	return s
}

// share is the part of the known squares around a place that are built on; 0 where
// none is known.
func (s *surroundings) share(p orb.Point) float64 {
	q := s.q
	i := q.at(p)
	c, r := i%q.cols, i/q.cols-len(s.half)/2
	open, built := int32(0), int32(0)
	for k, half := range s.half {
		if r+k < 0 || r+k >= q.rows {
			continue
		}
		from, to := max(c-half, 0), min(c+half+1, q.cols)
		start := (r + k) * (q.cols + 1)
		open += s.open[start+to] - s.open[start+from]
		built += s.built[start+to] - s.built[start+from]
	}
	if open+built == 0 {
		return 0
	}
	return float64(built) / float64(open+built)
}
