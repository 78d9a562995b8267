package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"yiju/analysis/radio"
	"yiju/geo"
	"yiju/internal/pipeline"
)

func newRadioCommand(a *app) *cobra.Command {
	var (
		request     pipeline.RadioRequest
		calibration string
		asJSON      bool
	)
	cmd := &cobra.Command{
		Use:   "radio",
		Short: a.say("5G 覆盖：哪里能收到、收自哪个小区", "5G coverage: where it is received, and from which cell"),
		Example: "  yiju analyze radio --store city.gpkg\n" +
			"  yiju analyze radio --threshold-profile weak-110 --assume --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: a.analysis(&asJSON, func(ctx context.Context, p *pipeline.Pipeline) (pipeline.Run, error) {
			if calibration != "" {
				var err error
				if request.Calibration, err = readCalibration(calibration); err != nil {
					return pipeline.Run{}, err
				}
			}
			return p.Radio(ctx, request)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&request.Thresholds, "threshold-profile", "", a.say("门限方案：area-105（缺省）、weak-110、single-site、level-105、sure-105", "when a place counts as covered: area-105 (default), weak-110, single-site, level-105, sure-105"))
	f.Float64Var(&request.Res_m, "res", 0, a.say("像元边长（米），缺省 2", "side of a pixel in metres; 2 unless given"))
	f.Float64Var(&request.Reach_m, "reach", 0, a.say("每个小区的计算半径（米），缺省 1500", "how far a cell is followed, in metres; 1500 unless given"))
	f.StringVar(&request.Assume, "assume", "", a.say("缺失的属性取类别缺省值并注明（不给出则视为未知）", "take class defaults for missing attributes, and say so; without it they stay unknown"))
	f.Lookup("assume").NoOptDefVal = "urban"
	f.StringVar(&request.Blocked, "blocked", "", a.say("被遮挡路径的损耗：statistical（缺省）或 knife_edge", "what a blocked path loses: statistical (default) or knife_edge"))
	f.StringVar(&request.Entry, "entry", "", a.say("墙体穿透损耗：low（缺省）或 high", "how hard walls are to enter: low (default) or high"))
	f.StringVar(&calibration, "calibration", "", a.say("校准文件（由 yiju calibrate radio 生成）", "a calibration file, made by yiju calibrate radio"))
	f.StringVar(&request.Community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.StringVar(&request.ID, "name", "", a.say("结果名称，缺省 radio", "name of the run; radio unless given"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	a.scenarioFlag(cmd)
	return cmd
}

// maxCalibrationBytes bounds a calibration file: a few figures for each band.
const maxCalibrationBytes = 1 << 20

// readCalibration reads a calibration as YAML.
func readCalibration(path string) (*radio.Calibration, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("读不了校准文件 %s", "cannot read the calibration file %s", path),
			geo.T("检查路径；用 yiju calibrate radio --out 生成", "check the path; make one with yiju calibrate radio --out"))
	}
	if info.Size() > maxCalibrationBytes {
		return nil, geo.Refuse(geo.Tf("%s 太大，不是校准文件", "%s is too large to be a calibration file", path))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("calibration: %w", err)
	}
	var c radio.Calibration
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return nil, geo.Refuse(geo.Tf("%s 不是校准文件：%v", "%s is not a calibration file: %v", path, err),
			geo.T("用 yiju calibrate radio --out 重新生成", "make it anew with yiju calibrate radio --out"))
	}
	if len(c.Bands) == 0 {
		return nil, geo.Refuse(geo.Tf("校准文件 %s 里没有任何频段", "the calibration file %s has no band", path))
	}
	return &c, nil
}
