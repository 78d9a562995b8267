package survey

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/analysis/radio/link"
	"yiju/geo"
	"yiju/internal/sample"
)

// chengdu reads the measurements around the centre of Chengdu: 125 cells of a TD-LTE
// network at 2.6 GHz, in UTM. Gain and beam widths are not among them; they are
// taken as 17 dBi and 65° by 10°.
func chengdu(t testing.TB) Input {
	file, err := os.Open(sample.Path(t, "rsrp-chengdu-centre/cells_rsrp.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(unzipped)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	var in Input
	seen := map[string]string{}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return in
		}
		if err != nil {
			t.Fatal(err)
		}
		n := make([]float64, len(fields))
		for i, s := range fields {
			if n[i], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		id, ok := seen[fields[0]]
		if !ok {
			id = string([]byte(fields[0]))
			seen[id] = id
			in.Cells = append(in.Cells, geo.Feature{ID: id, Geometry: orb.Point{n[1], n[2]}, Attributes: map[string]any{
				"height_m": n[3], "azimuth_deg": n[4], "tilt_deg": n[5] + n[6], "freq_mhz": n[7], "rs_power_dbm": n[8],
				"ground_m": n[9], "gain_dbi": 17.0, "hbw_deg": 65.0, "vbw_deg": 10.0,
			}})
		}
		in.Rows = append(in.Rows, Measurement{Cell: id, At: orb.Point{n[12], n[13]}, GroundM: n[14], BuildingM: n[15],
			RSRPdBm: n[17], HeightM: math.NaN()})
	}
}

// baseline is a simple prediction with what is published of it for rows within 1.5
// km: RMSE, RMSE without the bias, correlation.
type baseline struct {
	name                     string
	rmse, sigma, correlation float64
	tally                    tally
}

// baselines works out the levels that a calibration has to beat, from the formulas
// alone: without gain where isotropic, 17 dBi otherwise, electrical and mechanical
// tilt both taken as a shift of the beam.
func baselines(in *Input) []baseline {
	out := []baseline{
		{name: "free space, isotropic", rmse: 17.6, sigma: 9.8, correlation: 0.27},
		{name: "UMa NLOS, isotropic", rmse: 14.9, sigma: 12.4, correlation: 0.28},
		{name: "UMa NLOS, 65° by 10°", rmse: 16.8, sigma: 14.2, correlation: 0.28},
	}
	cells := map[string]*geo.Feature{}
	for i := range in.Cells {
		cells[in.Cells[i].ID] = &in.Cells[i]
	}
	for i := range in.Rows {
		m := &in.Rows[i]
		c := cells[m.Cell]
		at := c.Geometry.(orb.Point)
		num := func(name string) float64 { v, _ := c.Number(name); return v }
		d2, height, ghz, epre := geo.Distance(at, m.At), num("height_m"), num("freq_mhz")/1000, num("rs_power_dbm")
		if d2 > 1500 {
			continue
		}
		dz := m.GroundM + 1.5 - num("ground_m") - height
		d3 := math.Hypot(d2, dz)
		losses := link.UMa.Losses(height, 1.5, ghz)
		blocked := losses.NLOS(d2, d3)
		azimuth := math.Atan2(m.At[0]-at[0], m.At[1]-at[1]) * 180 / math.Pi
		up := math.Atan2(dz, d2)*180/math.Pi + num("tilt_deg")
		beam := link.Beam{HBWDeg: 65, VBWDeg: 10}.LossDB(math.Remainder(azimuth-num("azimuth_deg"), 360), up)
		out[0].tally.add(epre-freeSpaceDB-20*math.Log10(ghz)-20*math.Log10(max(d3, 1)), m.RSRPdBm)
		out[1].tally.add(epre-blocked, m.RSRPdBm)
		out[2].tally.add(epre+17-blocked-beam, m.RSRPdBm)
	}
	return out
}

// TestChengdu is the proof on real measurements: a calibration fitted on half of the
// sites beats, on the other half, every baseline and the mean of the measurements,
// whichever way the sites are split.
func TestChengdu(t *testing.T) {
	in := chengdu(t)
	references := baselines(&in)
	bestR := 0.0
	for _, b := range references {
		f := b.tally.figures()
		if math.Abs(f.RMSEDB-b.rmse) > 0.05 || math.Abs(f.SigmaDB-b.sigma) > 0.05 || math.Abs(f.Correlation-b.correlation) > 0.006 {
			t.Errorf("%s: RMSE %.2f, σ %.2f, correlation %.3f; published %g, %g, %g", b.name, f.RMSEDB, f.SigmaDB, f.Correlation, b.rmse, b.sigma, b.correlation)
		}
		bestR = max(bestR, f.Correlation)
	}
	s, err := New(in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, l := range s.left {
		left += l.Rows
	}
	if len(in.Rows) != 392_922 || len(s.samples)+left != len(in.Rows) || len(s.samples) != 318_925 {
		t.Fatalf("%d rows, %d used, %d left out", len(in.Rows), len(s.samples), left)
	}
	const splits = 3
	var rmse, correlation float64
	for seed := range uint64(splits) {
		s.options.Seed = seed
		fit, test := s.halves()
		for range 2 {
			bands, _ := s.fit(fit)
			f := s.judge(&radio.Calibration{Bands: bands}, test, nil)
			t.Logf("seed %d: %d rows, RMSE %.2f (rows' own %.2f), bias %+.2f, correlation %.3f", seed, f.Rows, f.RMSEDB, f.MeasuredSDDB, f.BiasDB, f.Correlation)
			if f.Correlation <= bestR || f.RMSEDB >= f.MeasuredSDDB {
				t.Errorf("seed %d: RMSE %.2f of %.2f, correlation %.3f: no better than the baselines", seed, f.RMSEDB, f.MeasuredSDDB, f.Correlation)
			}
			rmse += f.RMSEDB / (2 * splits)
			correlation += f.Correlation / (2 * splits)
			fit, test = test, fit
		}
	}
	t.Logf("mean of %d: RMSE %.2f, correlation %.3f", 2*splits, rmse, correlation)
	if rmse > 8.7 || correlation < 0.43 {
		t.Errorf("on average RMSE %.2f, correlation %.3f", rmse, correlation)
	}
}

// BenchmarkChengdu is a whole survey: obstacles, links, fits, folds and figures.
func BenchmarkChengdu(b *testing.B) {
	in := chengdu(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := New(in, Options{})
		if err != nil {
			b.Fatal(err)
		}
		r, err := s.Report("x", geo.T("甲", "x"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(r.Cross.RMSEDB, "dB")
	}
}
