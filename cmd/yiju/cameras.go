package main

import (
	"context"

	"github.com/spf13/cobra"

	"yiju/internal/pipeline"
)

func newCamerasCommand(a *app) *cobra.Command {
	var (
		request pipeline.CamerasRequest
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "cameras",
		Short: a.say("视频覆盖：摄像机看到哪里，重点部位由谁覆盖", "Cameras: what they see, and who covers the key points"),
		Example: "  yiju analyze cameras --store city.gpkg\n" +
			"  yiju analyze cameras --derive compound_gate,main_road --assume --advise --store city.gpkg",
		Args: cobra.NoArgs,
		RunE: a.analysis(&asJSON, func(ctx context.Context, p *pipeline.Pipeline) (pipeline.Run, error) {
			return p.Cameras(ctx, request)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&request.Classes, "classes", "", a.say("等级表：dori-2014（缺省）、oodpcvs-2025（数值未核实）", "table of classes: dori-2014 (default), oodpcvs-2025 (figures unverified)"))
	f.StringVar(&request.Assume, "assume", "", a.say("缺失的属性取常见值并注明（不给出则视为未知）", "take usual values for missing attributes, and say so; without it they stay unknown"))
	f.Lookup("assume").NoOptDefVal = "typical-1080p"
	f.StringVar(&request.PTZ, "ptz", "", a.say("云台摄像机：now（当前朝向，缺省）或 could（可转到的方向）", "cameras that turn: now (as they stand, default) or could (wherever they turn)"))
	f.Float64Var(&request.Target_m, "target", 0, a.say("目标离地高度（米），缺省 1.5", "height of what is to be seen, in metres; 1.5 unless given"))
	f.StringSliceVar(&request.Derive, "derive", nil, a.say("由出入口和道路推出的重点部位：compound_gate、garage_entrance、building_door、main_road、fire_lane", "key points to take from entrances and ways: compound_gate, garage_entrance, building_door, main_road, fire_lane"))
	f.BoolVar(&request.Advise, "advise", false, a.say("同时给出补点建议", "also propose where more cameras would do most"))
	f.StringVar(&request.Community, "community", "", a.say("社区的标识或名称", "community, by id or name"))
	f.StringVar(&request.ID, "name", "", a.say("结果名称，缺省 cameras", "name of the run; cameras unless given"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	a.scenarioFlag(cmd)
	return cmd
}
