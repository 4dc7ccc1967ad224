import type { Catalogue } from './catalogue.ts';

export const zhCn: Catalogue = {
  problems: {
    invalid_json: ['不是 JSON', '请求体不是格式正确的 JSON。'],
    invalid_order: ['订单不符合要求', '订单中有无法接受的字段，详见 “errors”。'],
    invalid_parameter: ['参数不符合要求', '请求中有无法接受的参数，详见 “errors”。'],
    invalid_idempotency_key: ['幂等键不符合要求', 'Idempotency-Key 必须是 1 到 255 个可见的 ASCII 字符。'],
    not_found: ['未找到', '该地址下没有任何内容。'],
    order_not_found: ['订单不存在', '没有这个编号的订单。'],
    method_not_allowed: ['不支持该方法', '该地址不支持此方法，详见 “Allow”。'],
    order_not_cancellable: ['已无法取消', '订单已无法取消，当前状态为 “{status}”。'],
    order_not_held: ['订单未被搁置', '只有被搁置的订单可以重试，当前状态为 “{status}”。'],
    body_too_large: ['请求体过大', '请求体超过 256 KiB。'],
    unsupported_media_type: ['不支持的媒体类型', '请以 UTF-8 编码的 application/json 提交订单。'],
    idempotency_key_reused: ['幂等键已被使用', '该键已用于另一个订单，新订单请使用新的键。'],
    database_unavailable: ['数据库无响应', '无法确定是否已保存，请使用相同的 Idempotency-Key 重试。'],
    temporal_unavailable: ['执行流程暂无响应', '订单是安全的，但执行它的流程暂无响应，请重试。'],
    overloaded: ['请求过多', '到达的订单超过处理能力，请稍后重试。'],
    internal_error: ['内部错误', '我们这边出了问题，咨询时请提供错误编号。'],
  },
  fields: {
    required: '为必填项',
    unknown_field: '不是已知字段',
    wrong_type: '类型不正确',
    too_small: '过小或过短',
    too_big: '过大或过长',
    invalid_format: '格式不正确',
    duplicate: '所指商品已在订单中',
    amount_mismatch: '与各项合计不一致',
    unstorable: '含有无法保存的内容',
  },
};
