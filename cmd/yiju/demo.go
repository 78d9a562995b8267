package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"yiju/data/demo"
	"yiju/internal/api"
	"yiju/internal/claims"
	"yiju/internal/pipeline"
	"yiju/internal/stores"
	"yiju/layers"
)

func newDemoCommand(a *app) *cobra.Command {
	addr, noServe, dataOnly := defaultAddr, false, false
	cmd := &cobra.Command{
		Use:   "demo",
		Short: a.say("建立示范社区、分析并打开地图", "Make the demo community, analyse it and serve the map"),
		Long: a.say("把合成的示范社区写入工作区（默认 demo.gpkg），运行步行、5G 覆盖和视频覆盖分析，按两套标准评定，试算一个方案，然后打开地图。",
			"Write the synthetic demo community into a workspace (default demo.gpkg), run the analyses of walking, 5G coverage and cameras, judge it under both standards, try a scenario on it and serve the map."),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.store == "" {
				a.store = "demo.gpkg"
			}
			if err := api.RequireLoopback(addr); err != nil {
				return err
			}
			if dataOnly {
				return a.demoData(cmd.Context())
			}
			return a.demo(cmd.Context(), addr, noServe)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", addr, a.say("监听地址（仅本机）", "address to listen on (this machine only)"))
	cmd.Flags().BoolVar(&noServe, "no-serve", false, a.say("只建立和分析，不打开地图", "make and analyse only, do not serve"))
	cmd.Flags().BoolVar(&dataOnly, "data-only", false, a.say("只写入数据和示例方案，不分析、不打开地图", "write the data and the scenario only, neither analyse nor serve"))
	return cmd
}

// demoData writes the community and its scenario, and nothing that is computed.
func (a *app) demoData(ctx context.Context) error {
	store, err := a.openStore(ctx, stores.CreateIfMissing)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := pipeline.LoadDemo(ctx, store); err != nil {
		return err
	}
	_, _, err = pipeline.NewScenarios(store, store).LoadDemoScenario(ctx)
	return err
}

func (a *app) demo(ctx context.Context, addr string, noServe bool) error {
	store, err := a.openStore(ctx, stores.CreateIfMissing)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := pipeline.LoadDemo(ctx, store); err != nil {
		return err
	}
	work := pipeline.New(store)
	analyses := []func() (pipeline.Run, error){
		func() (pipeline.Run, error) {
			// The run that a user gets who asks for no preset.
			return work.Walk(ctx, pipeline.WalkRequest{Preset: "sport", ID: pipeline.DefaultWalkID})
		},
		func() (pipeline.Run, error) { return work.Walk(ctx, pipeline.WalkRequest{Preset: "fitness"}) },
		func() (pipeline.Run, error) { return work.Radio(ctx, pipeline.RadioRequest{}) },
		func() (pipeline.Run, error) { return work.Cameras(ctx, pipeline.CamerasRequest{}) },
	}
	for _, analyse := range analyses {
		run, err := analyse()
		if err != nil {
			return err
		}
		if err := a.printRun(a.stdout, run); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	if err := a.judgeDemo(ctx, work); err != nil {
		return err
	}
	if err := a.demoScenario(ctx, store); err != nil {
		return err
	}
	if noServe {
		return nil
	}
	return a.serve(ctx, store, addr)
}

// judgeDemo judges the demo community under both standards: under the one with the
// claims that its figures come from, under the other by its project type.
func (a *app) judgeDemo(ctx context.Context, work *pipeline.Pipeline) error {
	const audited, graded = "shandong-smart-community/growth", "yantai-beautiful-community"
	profile, _, err := pipeline.LoadProfile(audited, nil, "")
	if err != nil {
		return err
	}
	claimed, err := claims.Read(ctx, "huaxin.csv", bytes.NewReader(demo.Claims()), &profile)
	if err != nil {
		return err
	}
	for _, request := range []pipeline.JudgeRequest{{Profile: audited, Claims: claimed}, {Profile: graded}} {
		j, err := work.Judge(ctx, request)
		if err != nil {
			return err
		}
		a.printAnswer(j)
		a.printWorst(j)
		fmt.Fprintln(a.stdout)
	}
	return nil
}

// demoScenario makes the scenario of the demo and tells what it changes.
func (a *app) demoScenario(ctx context.Context, store layers.Store) error {
	_, place, err := pipeline.NewScenarios(store, store).LoadDemoScenario(ctx)
	if err != nil {
		return err
	}
	delta, err := place.Delta(ctx, "", pipeline.LiveRequest{Profile: "yantai-beautiful-community"})
	if err != nil {
		return err
	}
	a.printDelta(delta)
	fmt.Fprintln(a.stdout)
	return nil
}
