package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"yiju/analysis/radio"
	"yiju/analysis/radio/survey"
	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/internal/report"
	"yiju/internal/stores"
)

func newCalibrateCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: a.say("用实测数据校准预测", "Calibrate a prediction on measurements"),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCalibrateRadioCommand(a))
	return cmd
}

func newCalibrateRadioCommand(a *app) *cobra.Command {
	var (
		request pipeline.CalibrateRequest
		out     string
		reports []string
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "radio",
		Short: a.say("5G 覆盖：实测 RSRP 与预测对照，并拟合校准参数", "5G coverage: measured RSRP against the prediction, and a calibration fitted on it"),
		Long: a.say("把图层 measurements 的实测 RSRP 与由图层 cells 作出的预测对照，在一部分站点上拟合校准参数，在其余站点上检验。不写入工作区。",
			"Lays the RSRP of layer measurements over the prediction made from layer cells, fits a calibration on a part of the sites and tests it on the others. Writes nothing to the workspace."),
		Example: "  yiju calibrate radio --store city.gpkg --out calibration.yaml --report report.html\n" +
			"  yiju analyze radio --calibration calibration.yaml --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, path := range reports {
				if ext := strings.ToLower(filepath.Ext(path)); ext != ".html" && ext != ".json" {
					return usageError{fmt.Errorf("--report %s: .html | .json", path)}
				}
			}
			store, err := a.openStore(cmd.Context(), stores.MustExist)
			if err != nil {
				return err
			}
			defer store.Close()
			r, err := pipeline.New(store).CalibrateRadio(cmd.Context(), request)
			if err != nil {
				return err
			}
			if err := writeCalibration(r, out, reports); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.stdout, r)
			}
			return a.printSurvey(r, out, reports)
		},
	}
	f := cmd.Flags()
	f.Float64Var(&request.MaxDistance_m, "max-distance", survey.DefaultMaxDistanceM, a.say("忽略距小区更远的实测（米）", "leave out measurements farther from their cell, in metres"))
	f.Float64Var(&request.FitShare, "fit-share", survey.DefaultFitShare, a.say("用于拟合的站点比例，其余用于检验；1 表示全部", "share of the sites to fit on, the others test; 1 fits on all"))
	f.IntVar(&request.Folds, "folds", survey.DefaultFolds, a.say("交叉验证的份数", "folds of the cross-validation"))
	f.Uint64Var(&request.Seed, "seed", 0, a.say("另一种站点划分", "another split of the sites"))
	f.Float64Var(&request.Place_m, "place", survey.DefaultPlaceM, a.say("手机位置的不确定度（米），负数按精确处理", "uncertainty of the places of phones in metres; negative takes them as exact"))
	f.Float64Var(&request.Square_m, "square", survey.DefaultSquareM, a.say("遮挡方格的边长（米），不小于实测网格", "side of the squares of obstacles in metres, no smaller than the grid of the measurements"))
	f.StringVar(&request.Entry, "entry", "", a.say("墙体穿透损耗：low（缺省）或 high", "how hard walls are to enter: low (default) or high"))
	f.StringVar(&request.Assume, "assume", "", a.say("小区缺失的增益、波束宽度、功率取类别缺省值并注明", "take class defaults for gain, beam widths and power that cells lack, and say so"))
	f.Lookup("assume").NoOptDefVal = "urban"
	f.StringVar(&request.ID, "name", "", a.say("校准的名称", "name of the calibration"))
	f.StringVar(&out, "out", "", a.say("把校准参数写入 YAML 文件，供 analyze radio --calibration 使用", "write the calibration as YAML, for analyze radio --calibration"))
	f.StringArrayVar(&reports, "report", nil, a.say("把报告写入 .html 或 .json 文件，可重复", "write the report into an .html or .json file, repeatable"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	return cmd
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// writeCalibration writes the files asked for, each whole.
func writeCalibration(r *survey.Report, out string, reports []string) error {
	write := func(path string, fill func(io.Writer) error) error {
		var b bytes.Buffer
		if err := fill(&b); err != nil {
			return err
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			return geo.Refuse(geo.Tf("写不了文件 %s", "cannot write the file %s", path), geo.T("检查文件夹与权限", "check the folder and the permissions"))
		}
		return nil
	}
	if out != "" {
		if err := write(out, func(w io.Writer) error { return encodeCalibration(w, &r.Calibration) }); err != nil {
			return err
		}
	}
	for _, path := range reports {
		err := write(path, func(w io.Writer) error {
			if strings.EqualFold(filepath.Ext(path), ".json") {
				return writeJSON(w, r)
			}
			return report.Radio(w, r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func encodeCalibration(w io.Writer, c *radio.Calibration) error {
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("calibration: %w", err)
	}
	return encoder.Close()
}

// printSurvey prints the figures that matter and where the rest went.
func (a *app) printSurvey(r *survey.Report, out string, reports []string) error {
	fmt.Fprintf(a.stdout, a.say("实测 %d 行，采用 %d 行：%d 个小区、%d 个站点（拟合 %d，检验 %d）\n", "%d rows of measurements, %d used: %d cells at %d sites (%d to fit, %d to test)\n"),
		r.Rows, r.Used, r.Cells, len(r.Sites), r.FitSites, r.TestSites)
	for _, l := range r.Left {
		if l.Rows > 0 {
			fmt.Fprintf(a.stdout, a.say("  未采用 %d 行：%s\n", "  %d left out: %s\n"), l.Rows, l.Text.In(a.lang))
		}
	}
	db := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	table := [][]string{{"", a.say("行", "rows"), a.say("偏差 dB", "bias dB"), "σ dB", "RMSE dB", a.say("相关系数", "correlation")}}
	add := func(title string, f survey.Figures) {
		table = append(table, []string{title, strconv.Itoa(f.Rows), db(f.BiasDB), db(f.SigmaDB), db(f.RMSEDB), strconv.FormatFloat(f.Correlation, 'f', 3, 64)})
	}
	for _, j := range r.References {
		add(j.Title.In(a.lang), j.Figures)
	}
	if r.Test != nil {
		add(a.say("校准后，检验站点", "calibrated, test sites"), *r.Test)
		add(a.say("校准后，两部分互换", "calibrated, parts exchanged"), *r.Reverse)
	}
	add(a.say("校准后，拟合站点", "calibrated, fitted sites"), r.Fit)
	add(fmt.Sprintf(a.say("交叉验证 %d 份", "cross-validation, %d folds"), len(r.Folds)), r.Cross)
	fmt.Fprintln(a.stdout)
	for _, line := range align(table) {
		fmt.Fprintln(a.stdout, line)
	}
	spread := r.Fit.MeasuredSDDB
	if r.Test != nil {
		spread = r.Test.MeasuredSDDB
	}
	fmt.Fprintf(a.stdout, a.say("实测自身的标准差 %s dB\n", "standard deviation of the measurements themselves %s dB\n"), db(spread))
	for _, n := range r.Notes {
		fmt.Fprintln(a.stdout, "· "+n.Text.In(a.lang))
	}
	for _, path := range append([]string{out}, reports...) {
		if path != "" {
			fmt.Fprintln(a.stdout, "→ "+path)
		}
	}
	return nil
}
